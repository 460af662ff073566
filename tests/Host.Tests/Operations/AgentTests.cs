using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ECommerce.Host.Tests.Operations;

/// <summary>What an agent with the read-only key can do, by the client configuration that docs/console.md shows.</summary>
public sealed class AgentTests(ConsoleAccessTests.Shop shop) : IClassFixture<ConsoleAccessTests.Shop>
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs/console.md"));

    [Fact]
    public async Task The_tools_that_the_page_names_are_listed_and_each_answers()
    {
        await shop.GetAsync("/api/products?search=nothing");
        var trace = (await shop.GetAsync("/api/products")).Header("X-Trace-Id")!;
        await Eventually.TrueAsync(async () => (await shop.Operator.GetAsync($"/ops/api/traces/{trace}")).IsSuccessStatusCode, "the trace is kept");
        await using var client = await ConnectAsync();

        var tools = (await client.ListToolsAsync()).Select(tool => tool.Name).ToArray();

        tools.ShouldBe(NamedTools(), ignoreOrder: true);
        foreach (var (tool, arguments, member) in new (string, (string, object?)[], string)[]
        {
            ("alerts", [], "alerts"),
            ("search_traces", [("filter", "route:/api/products"), ("sort", "duration"), ("limit", 5)], "traces"),
            ("get_trace", [("traceId", trace)], "resourceSpans"),
            ("search_logs", [("filter", $"trace:{trace}"), ("limit", 5)], "resourceLogs"),
            ("query_metric", [("expression", "sum(http_requests_total)"), ("from", "2026-01-01T00:00:00Z"), ("to", "2026-01-01T00:10:00Z"), ("step", "60")], "data"),
            ("list_metrics", [], "families"),
            ("map", [], "edges"),
            ("what_differs", Differing, "attributes"),
            ("runbook", [], "runbooks"),
            ("runbook", [("name", "management-refusals-burst")], "markdown"),
        })
        {
            var result = await client.CallToolAsync(tool, arguments.ToDictionary(one => one.Item1, one => one.Item2));
            var text = result.Content.OfType<TextContentBlock>().ShouldHaveSingleItem().Text;

            result.IsError.ShouldNotBe(true, $"{tool}: {text}");
            JsonElement.Parse(text).TryGetProperty(member, out _).ShouldBeTrue($"{tool}: {text}");
            tools = [.. tools.Except([tool])];
        }
        tools.ShouldBeEmpty("each tool was called");
    }

    [Fact]
    public async Task The_read_only_key_changes_nothing()
    {
        using var agent = Agent(ConsoleAccessTests.ReadKey);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/ops/api/import"), (HttpMethod.Delete, "/ops/api/sessions/any"), (HttpMethod.Delete, "/ops/faults"), (HttpMethod.Get, "/ops/outbox"),
            (HttpMethod.Delete, "/ops/log-levels/orders"), (HttpMethod.Post, "/ops/readiness/disable"), (HttpMethod.Get, "/debug/gc"), (HttpMethod.Post, "/debug/gc"),
        })
        {
            using var answer = await agent.SendAsync(new(method, path));
            answer.StatusCode.ShouldBeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden], $"{method} {path}");
        }
    }

    [Fact]
    public async Task Another_key_reaches_no_tool()
    {
        using var agent = Agent("a key that nobody has");
        using var answer = await agent.PostAsync("/ops/mcp", JsonContent.Create(new { jsonrpc = "2.0", id = 1, method = "tools/list" }));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // Every parameter of the tool, so that none is one that the API refuses.
    private static (string, object?)[] Differing =>
    [
        ("selected", "status:error"), ("shortest", "1ms"), ("longest", "10s"), ("before", "2026-01-01T00:00:00Z"), ("after", "2100-01-01T00:00:00Z"),
        ("filter", "route:*"), ("from", "2026-01-01T00:00:00Z"), ("to", "2100-01-01T00:00:00Z"),
    ];

    private static string[] NamedTools() =>
        [.. Regex.Matches(Regex.Match(Page, @"read-only tools: (?<tools>[^.]+)\.").Groups["tools"].Value, "`(?<name>[a-z_]+)`").Select(match => match.Groups["name"].Value)];

    // The page's own configuration, with this host's address and key.
    private async Task<McpClient> ConnectAsync()
    {
        var server = JsonElement.Parse(Regex.Match(Page, @"\{""mcpServers"".*").Value).GetProperty("mcpServers").GetProperty("shop");
        server.GetProperty("type").GetString().ShouldBe("http");
        var headers = server.GetProperty("headers").EnumerateObject().ToDictionary(
            header => header.Name, header => header.Value.GetString()!.Replace("the read-only key", ConsoleAccessTests.ReadKey, StringComparison.Ordinal));
        return await McpClient.CreateAsync(new HttpClientTransport(new()
        {
            Endpoint = new(shop.Management.BaseAddress!, new Uri(server.GetProperty("url").GetString()!).AbsolutePath),
            AdditionalHeaders = headers,
            TransportMode = HttpTransportMode.StreamableHttp,
        }));
    }

    private HttpClient Agent(string key) => new() { BaseAddress = shop.Management.BaseAddress, DefaultRequestHeaders = { { "X-Management-Key", key } } };
}
