using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Access;

namespace ECommerce.Host.Tests.Operations;

/// <summary>Who gets into the console of the shop, and what is on record of it.</summary>
public sealed class ConsoleAccessTests(ConsoleAccessTests.Shop shop) : IClassFixture<ConsoleAccessTests.Shop>
{
    internal const string ReadKey = "a key that may only read";

    public sealed class Shop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings) => settings["Console:ReadKey"] = ReadKey;
    }

    [Fact]
    public async Task The_management_key_and_the_read_key_open_the_API_and_no_other_does()
    {
        (await StatusAsync("/ops/api/traces", shop.ManagementKey)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/ops/api/traces", ReadKey)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/ops/api/traces", "another key than these")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("/ops/api/traces", null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("/ops/outbox", ReadKey)).ShouldBe(HttpStatusCode.Unauthorized, "an operation is for the management key");
    }

    [Theory]
    [InlineData("/ops/api/traces")]
    [InlineData("/console")]
    [InlineData("/console/sign-in")]
    [InlineData("/_blazor")]
    public async Task The_public_listener_has_no_console(string path) => (await shop.GetAsync(path)).Status.ShouldBe(404);

    [Fact]
    public void Every_endpoint_of_the_console_is_on_the_management_listener_and_asks_for_a_session()
    {
        var console = shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/') is var path
                && (path.StartsWith("console", StringComparison.Ordinal) || path.StartsWith('_') || path.StartsWith("ops/api", StringComparison.Ordinal)
                    || path.StartsWith("ops/mcp", StringComparison.Ordinal)))
            .ToArray();

        console.Length.ShouldBeGreaterThan(6);
        console.ShouldAllBe(endpoint => endpoint.Metadata.Listeners() == Listener.Management);
        console.Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText).Where(path => !path!.StartsWith("/console/assets", StringComparison.Ordinal)).Distinct()
            .ShouldBe(["/console/sign-in", "/console/sign-out"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Host", "attacker.example", 421)]
    [InlineData("Origin", "https://attacker.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    public async Task A_page_of_another_origin_gets_nothing_with_the_cookie(string header, string value, int status)
    {
        var cookie = await EnterAsync(shop.ManagementKey);
        using (var own = await SendAsync(HttpMethod.Get, "/ops/api/traces", ("Cookie", cookie)))
            own.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { "/ops/api/traces", "/_blazor" })
        {
            using var answer = await SendAsync(HttpMethod.Get, path, ("Cookie", cookie), (header, value));
            ((int)answer.StatusCode).ShouldBe(status, path);
        }
    }

    [Fact]
    public async Task The_form_asks_for_the_key_and_its_page_loads_nothing_from_elsewhere()
    {
        using var page = await SendAsync(HttpMethod.Get, "/console/sign-in");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'self'; ");
        page.Headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin", "a form would come with Origin: null otherwise");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("method=\"post\"");
        html.ShouldNotContain("://");
        html.ShouldNotContain("style=");
    }

    [Fact]
    public async Task A_session_is_on_record_and_the_key_and_the_cookie_are_not()
    {
        var before = await CountAsync("EnterConsole", "ok");
        var cookie = await EnterAsync(ReadKey);
        await RefusedAsync("a key that nobody has");

        (await CountAsync("EnterConsole", "ok")).ShouldBe(before + 1);
        await Eventually.TrueAsync(() => Events("operator.action").Any(one => Regex.IsMatch(one.GetProperty("client").GetString()!, @"^console session [0-9a-f]{8} \(viewer\)$")),
            "the session is told");
        await Eventually.TrueAsync(() => Events("operator.wrong_key").Any(one => one.GetProperty("action").GetString() == "EnterConsole"), "the wrong key is told");
        foreach (var told in shop.Log.Lines.Select(one => one.GetRawText()))
        {
            told.ShouldNotContain(ReadKey);
            told.ShouldNotContain("a key that nobody has");
            told.ShouldNotContain(cookie.Split('=')[1]);
        }
    }

    [Fact]
    public async Task A_link_of_the_terminal_is_in_no_line_span_or_metric()
    {
        var link = shop.Services.GetRequiredService<ConsoleLinks>().OneTime();
        var token = link.Split('=')[1];
        using (var entered = await SendAsync(HttpMethod.Get, link))
            (entered.StatusCode, entered.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.SeeOther, "/console"));
        using (var again = await SendAsync(HttpMethod.Get, link))
            again.Headers.Location!.OriginalString.ShouldBe("/console/sign-in?refused=link");
        await shop.GetAsync("/api/products");

        await Eventually.TrueAsync(() => Events("request.completed").Length > 0, "lines are written");
        shop.Log.Lines.ShouldAllBe(line => !line.GetRawText().Contains(token));
        foreach (var path in new[] { "/ops/api/logs?limit=1000", "/ops/api/traces?limit=1000" })
            (await shop.Operator.GetStringAsync(path)).ShouldNotContain(token);
        (await shop.Management.GetStringAsync("/metrics")).ShouldNotContain(token);
    }

    [Fact]
    public async Task Requests_of_the_console_are_not_in_the_metrics_of_customers()
    {
        var cookie = await EnterAsync(shop.ManagementKey);
        var before = (await shop.MetricsAsync()).Values.Where(series => series.Key.StartsWith("http_requests_total", StringComparison.Ordinal)).Sum(series => series.Value);
        using (await SendAsync(HttpMethod.Get, "/ops/api/map", ("Cookie", cookie)))
        using (await SendAsync(HttpMethod.Get, "/console/sign-in"))
            (await shop.MetricsAsync()).Values.Where(series => series.Key.StartsWith("http_requests_total", StringComparison.Ordinal)).Sum(series => series.Value).ShouldBe(before);
    }

    [Fact]
    public async Task The_console_finds_a_request_of_a_customer()
    {
        var trace = (await shop.GetAsync("/api/products")).Header("X-Trace-Id");

        await Eventually.TrueAsync(async () =>
        {
            using var answer = await shop.Operator.GetAsync($"/ops/api/traces/{trace}");
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains("GET /api/products", StringComparison.Ordinal);
        }, "the trace of the request is kept");
    }

    [Fact]
    public async Task A_key_of_the_consoles_own_stops_the_start() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => OwnShop.StartAsync(("Console:Key", "an operator's second key")))).Message.ShouldContain("ended with 1");

    private async Task<string> EnterAsync(string key)
    {
        using var answer = await PostKeyAsync(key);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task RefusedAsync(string key)
    {
        using var answer = await PostKeyAsync(key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<HttpResponseMessage> PostKeyAsync(string key)
    {
        using var client = Browser();
        return await client.PostAsync("/console/sign-in", new FormUrlEncodedContent([new("key", key)]));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var client = Browser();
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = shop.Management.BaseAddress };

    private async Task<HttpStatusCode> StatusAsync(string path, string? key)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, key is null ? [] : [("X-Management-Key", key)]);
        return answer.StatusCode;
    }

    private JsonElement[] Events(string name) => [.. shop.Log.Lines.Where(line => line.TryGetProperty("event", out var told) && told.GetString() == name)];

    private async Task<double> CountAsync(string action, string outcome) =>
        (await shop.MetricsAsync()).Values.GetValueOrDefault($"operator_actions_total{{action=\"{action}\",outcome=\"{outcome}\"}}");
}
