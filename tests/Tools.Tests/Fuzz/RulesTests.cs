using System.Text;
using ECommerce.Fuzz;
using ECommerce.Fuzz.Judging;
using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Tools.Tests.Fuzz;

/// <summary>A server that breaks one rule at a time is found out each time.</summary>
public sealed class RulesTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly Description Shop = Description.Parse(Encoding.UTF8.GetBytes("""
        {"paths":{"/things":{"get":{"operationId":"ListThings","responses":{
            "200":{"content":{"application/json":{"schema":{"type":"object","required":["id"],"properties":{"id":{"type":"string","format":"uuid"}},"additionalProperties":false}}}},
            "400":{"content":{"application/problem+json":{"schema":{"type":"object"}}}},
            "500":{"content":{"application/problem+json":{"schema":{"type":"object"}}}},
            "503":{"content":{"application/problem+json":{"schema":{"type":"object"}}}}}}}}}
        """));

    private static readonly Rules Rules = new(Shop, new Dictionary<string, int> { ["validation_failed"] = 400, ["dependency_unavailable"] = 503, ["internal_error"] = 500 });

    public static TheoryData<string, int, string, string, string> Broken => new()
    {
        { "no 5xx", 500, "application/problem+json", Problem(500, "internal_error"), "" },
        { "no 5xx", 503, "application/problem+json", Problem(503, "dependency_unavailable"), "" },
        { "headers of the refusal", 503, "application/problem+json", Problem(503, "dependency_unavailable"), "" },
        { "problem document", 400, "text/plain", "No.", "" },
        { "known code", 400, "application/problem+json", Problem(400, "nobody_knows"), "" },
        { "status of the code", 400, "application/problem+json", Problem(503, "dependency_unavailable"), "" },
        { "status of the code", 400, "application/problem+json", Problem(400, "validation_failed")[..^1] + ",\"status\":\"placed\"}", "" },
        { "members of the problem", 400, "application/problem+json", Problem(400, "validation_failed").Replace(Trace, "another", StringComparison.Ordinal), "" },
        { "members of the problem", 400, "application/problem+json", Problem(400, "validation_failed").Replace("/things", "", StringComparison.Ordinal), "" },
        { "declared", 409, "application/problem+json", Problem(409, "validation_failed"), "" },
        { "declared", 200, "text/html", "<p>", "" },
        { "conforms", 200, "application/json", """{"id":"no uuid"}""", "" },
        { "conforms", 200, "application/json", "{}", "" },
        { "conforms", 200, "application/json", """{"id":"0190f5fe-7c00-7a00-8000-0000000000a1","secret":1}""", "" },
        { "conforms", 200, "application/json", "{", "" },
        { "named", 200, "application/json", Good, "X-Trace-Id" },
        { "named", 200, "application/json", Good, "X-Request-Id" },
        { "guarded", 200, "application/json", Good, "X-Content-Type-Options" },
        { "no innards", 400, "application/problem+json", Problem(400, "validation_failed", "   at ECommerce.Orders.PlaceOrder.Handle(Command c)"), "" },
        { "no innards", 400, "application/problem+json", Problem(400, "validation_failed", "Host=127.0.0.1;Username=x"), "" },
        { "no innards", 400, "application/problem+json", Problem(400, "validation_failed", "SELECT id FROM orders.orders"), "" },
        { "no secret", 400, "application/problem+json", Problem(400, "validation_failed", $"{Markers.Secret}1234 is too short"), "" },
    };

    private const string Good = """{"id":"0190f5fe-7c00-7a00-8000-0000000000a1"}""";

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_rule_is_named(string rule, int status, string type, string body, string without) =>
        (await LookAsync(context => AnswerAsync(context, status, type, body, without))).Select(breach => breach.Rule).ShouldContain(rule);

    [Theory]
    [InlineData(200, "application/json", Good)]
    [InlineData(400, "application/problem+json", null)]
    public async Task What_keeps_the_rules_is_let_alone(int status, string type, string? body) =>
        (await LookAsync(context => AnswerAsync(context, status, type, body ?? Problem(400, "validation_failed")))).ShouldBeEmpty();

    [Fact]
    public async Task A_header_of_the_request_that_comes_back_as_one_of_the_answer_is_found() =>
        (await LookAsync(context =>
        {
            context.Response.Headers[Markers.InjectedHeader] = "1";
            return AnswerAsync(context, 200, "application/json", Good);
        })).ShouldContain(breach => breach.Rule == "no injected header");

    [Fact]
    public async Task A_server_that_never_answers_is_found() =>
        (await LookAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted), TimeSpan.FromMilliseconds(300))).ShouldBe([new("answered", "hung")]);

    [Fact]
    public async Task A_server_that_hangs_up_is_found() =>
        (await LookAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        })).ShouldBe([new("answered", "closed")]);

    [Fact]
    public async Task Only_what_is_no_request_may_be_refused_by_the_server_alone()
    {
        (await LookAsync(_ => Task.CompletedTask, bend: draft => draft.Target = "/%00")).ShouldBeEmpty();
        (await LookAsync(context =>
        {
            context.Response.StatusCode = 400;
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        })).Select(breach => breach.Rule).ShouldContain("problem document");
    }

    private static string Problem(int status, string code, string detail = "No.") =>
        $$"""{"type":"/problems/{{code}}","title":"No.","status":{{status}},"detail":"{{detail}}","instance":"/things","code":"{{code}}","traceId":"{{Trace}}"}""";

    private static async Task AnswerAsync(HttpContext context, int status, string type, string body, string without = "")
    {
        var response = context.Response;
        (response.StatusCode, response.ContentType) = (status, type);
        response.Headers["X-Trace-Id"] = Trace;
        response.Headers["X-Request-Id"] = "1";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        if (without.Length > 0)
            response.Headers.Remove(without);
        await response.WriteAsync(body);
    }

    private static async Task<IReadOnlyList<Breach>> LookAsync(RequestDelegate answer, TimeSpan? patience = null, Action<Draft>? bend = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        var draft = new Draft(Shop.Operations.Single());
        bend?.Invoke(draft);
        using var line = new Line(address, patience ?? TimeSpan.FromSeconds(15));
        return Rules.Look(draft, await line.SendAsync(draft.Write(address.Authority), isHead: false, draft.IsLast, draft.HalfClose, CancellationToken.None));
    }
}
