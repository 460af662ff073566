using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Observability.Tests;

public sealed class CompletionLineTests
{
    [Fact]
    public async Task A_finished_request_leaves_one_line_with_everything_that_was_measured()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapPost("/api/orders/{id}/pay", (string id, JsonElement how) => new { id, how }));

        var response = await host.Client.PostAsync("/api/orders/7/pay?card=4242", new StringContent("""{"method":"card"}""", null, "application/json"));

        var line = await host.CompletionAsync();
        line.GetProperty("level").GetString().ShouldBe("info");
        line.GetProperty("message").GetString()!.ShouldStartWith("POST /api/orders/:id/pay answered 200 in ");
        line.GetProperty("template").GetString().ShouldBe("{Method} {Path} answered {Status} in {DurationMs} ms");
        line.GetProperty("method").GetString().ShouldBe("POST");
        line.GetProperty("path").GetString().ShouldBe("/api/orders/:id/pay");
        line.GetProperty("status").GetInt32().ShouldBe(200);
        line.GetProperty("durationMs").GetDouble().ShouldBeGreaterThan(0);
        line.GetProperty("requestBytes").GetInt64().ShouldBe(17);
        line.GetProperty("responseBytes").GetInt64().ShouldBe((await response.Content.ReadAsByteArrayAsync()).Length);
        line.GetProperty("module").GetString().ShouldBe("orders");
        line.GetProperty("service").GetString().ShouldBe("orders-service");
        line.GetProperty("request_id").GetString().ShouldBe(response.Headers.GetValues("X-Request-Id").Single());
        line.GetProperty("trace_id").GetString().ShouldBe(response.Headers.GetValues("X-Trace-Id").Single());
        line.GetProperty("timestamp").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");

        var span = await Eventually.PassesAsync(() => host.Spans.Single(span => span.Kind is ActivityKind.Server));
        line.GetProperty("trace_id").GetString().ShouldBe(span.TraceId.ToHexString());
        line.GetProperty("span_id").GetString().ShouldBe(span.SpanId.ToHexString());
        host.Log.Text.ShouldNotContain("4242");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("~!order-7:retry/2~")]
    public async Task A_request_id_that_fits_is_sent_back(string id) => (await RequestIdForAsync(id)).ShouldBe(id);

    [Theory]
    [InlineData("two words")]
    [InlineData("tab\there")]
    [InlineData("größe")]
    [InlineData("")]
    public async Task A_request_id_that_could_forge_something_is_replaced(string id) => (await RequestIdForAsync(id)).ShouldMatch("^[0-9a-f]{32}$");

    [Fact]
    public async Task A_request_id_may_be_128_characters_long_and_no_longer()
    {
        (await RequestIdForAsync(new string('x', 128))).ShouldBe(new string('x', 128));
        (await RequestIdForAsync(new string('x', 129))).ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public async Task An_error_page_carries_both_ids_too()
    {
        await using var host = await ObservedHost.StartAsync(map: app =>
        {
            app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = context => context.Response.WriteAsync("sorry") });
            app.MapGet("/api/orders", IResult () => throw new InvalidOperationException());
        });

        var response = await host.Client.GetAsync("/api/orders");

        response.Headers.Contains("X-Request-Id").ShouldBeTrue();
        response.Headers.Contains("X-Trace-Id").ShouldBeTrue();
    }

    [Fact]
    public async Task Every_line_written_during_a_request_names_it()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/orders", async (ILoggerFactory loggers) =>
        {
            await Task.Yield();
            loggers.CreateLogger("ECommerce.Orders.ListOrders").LogInformation(new EventId(7, "listed"), "Listed");
        }));
        host.Client.DefaultRequestHeaders.Add("X-Request-Id", "mine");

        await host.Client.GetAsync("/api/orders");

        (await host.LineAsync("listed")).GetProperty("request_id").GetString().ShouldBe("mine");
    }

    [Fact]
    public async Task A_trace_goes_on_where_a_trusted_caller_began_it()
    {
        await using var host = await ObservedHost.StartAsync(ObservedHost.BehindAGateway, map: app => app.MapGet("/api/orders", () => "all"));
        host.Client.DefaultRequestHeaders.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        var response = await host.Client.GetAsync("/api/orders");

        response.Headers.GetValues("X-Trace-Id").Single().ShouldBe("0af7651916cd43dd8448eb211c80319c");
        (await host.CompletionAsync()).GetProperty("trace_id").GetString().ShouldBe("0af7651916cd43dd8448eb211c80319c");
    }

    private static async Task<string> RequestIdForAsync(string sent)
    {
        await using var host = await ObservedHost.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
        return (await host.Client.SendAsync(request)).Headers.GetValues("X-Request-Id").Single();
    }
}
