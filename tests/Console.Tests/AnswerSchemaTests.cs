using System.Text.Json;

namespace Observability.Console.Tests;

/// <summary>The schemas of the API's description against real answers of each endpoint.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class AnswerSchemaTests
{
    private const string Rules = """
        groups:
          - name: sales
            rules:
              - {record: 'slo:availability:objective', expr: vector(0.9)}
              - {record: 'shop:slo_availability_errors:ratio_rate5m', expr: vector(0.2)}
              - {record: 'shop:slo_availability:error_budget_remaining_ratio', expr: vector(0.5)}
              - {alert: Always, expr: vector(1), labels: {severity: page}, annotations: {summary: always, runbook_url: docs/runbooks/always.md}}
              - {alert: Unknown, expr: absent(up), labels: {severity: page}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_real_answer_of_each_endpoint_is_as_described()
    {
        await using var host = await StartAsync();
        var document = await host.AskAsync("openapi.json");
        var trace = await FillAsync(host);
        List<string> asked = [];

        // The order matters in the end: an export, its import, the list with it, its removal.
        foreach (var (name, method, path, least) in new[]
        {
            ("SearchTraces", "get", "/traces?limit=2", "traces"), ("GetTraceSpans", "get", $"/traces/{trace}", "resourceSpans"), ("SearchLogs", "get", "/logs?limit=2", "resourceLogs"),
            ("ListMetricFamilies", "get", "/metrics", "families"), ("QueryMetricFamily", "get", "/metrics/http_request_duration_seconds?value=p95", "series"),
            ("ListAlerts", "get", "/alerts", "budgets"), ("QueryPromQl", "get", "/query?expr=http_requests_total", "data"), ("ListRunbooks", "get", "/runbooks", "runbooks"),
            ("GetRunbook", "get", "/runbooks/always", "markdown"), ("GetServiceMap", "get", "/map", "edges"), ("FindDifferences", "get", "/differences?selected=status:error", "attributes"),
            ("DescribeConsoleApi", "get", "/openapi.json", "paths"), ("ExportSession", "get", "/export", ""), ("ImportSession", "post", "/import?name=again", "session"),
            ("ListSessions", "get", "/sessions", "sessions"), ("RemoveSession", "delete", "/sessions/again", ""),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"/ops/api{path}");
            if (method == "post")
                request.Content = new ByteArrayContent(await host.Client.GetByteArrayAsync("/ops/api/export"));
            using var answer = await host.Client.SendAsync(request);

            var described = OperationsOf(document).Single(operation => NameOf(operation) == name).GetProperty("responses").GetProperty($"{(int)answer.StatusCode}");
            if (answer.Content.Headers.ContentType is { MediaType: { } type })
            {
                var content = described.GetProperty("content").GetProperty(type);
                if (least.Length > 0)
                {
                    var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
                    SizeOf(body.GetProperty(least)).ShouldBeGreaterThan(0, $"{name}: {body}");
                    new SchemaCheck(document).Errors(content.GetProperty("schema"), body).ShouldBeEmpty($"{name}: {body}");
                }
            }
            asked.Add(name);
        }

        asked.ShouldBe(OperationsOf(document).Select(NameOf).OfType<string>(), ignoreOrder: true, "each endpoint was asked");
    }

    [Theory]
    [InlineData("/traces", "SearchTraces")]
    [InlineData("/logs", "SearchLogs")]
    [InlineData("/metrics/http_requests_total", "QueryMetricFamily")]
    public async Task A_line_of_a_follower_is_as_described(string path, string name)
    {
        await using var host = await StartAsync();
        var document = await host.AskAsync("openapi.json");
        await FillAsync(host);
        using var answer = await host.Client.GetAsync($"/ops/api{path}?follow=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await host.SellAsync(7);

        var line = "";
        while (line.Length == 0)
            line = (await lines.ReadLineAsync().WaitAsync(Patience)).ShouldNotBeNull();

        var content = OperationsOf(document).Single(operation => NameOf(operation) == name).GetProperty("responses").GetProperty("200").GetProperty("content");
        new SchemaCheck(document).Errors(content.GetProperty(answer.Content.Headers.ContentType!.MediaType!).GetProperty("schema"), JsonElement.Parse(line)).ShouldBeEmpty(line);
    }

    [Fact]
    public async Task Each_example_is_as_described()
    {
        await using var host = await StartAsync();
        var document = await host.AskAsync("openapi.json");
        var examples = 0;
        foreach (var content in OperationsOf(document).SelectMany(operation => operation.GetProperty("responses").EnumerateObject())
            .Where(answer => answer.Value.TryGetProperty("content", out _)).SelectMany(answer => answer.Value.GetProperty("content").EnumerateObject()))
        {
            if (!content.Value.TryGetProperty("example", out var example))
                continue;
            new SchemaCheck(document).Errors(content.Value.GetProperty("schema"), example).ShouldBeEmpty();
            examples++;
        }
        examples.ShouldBeGreaterThan(3);
    }

    // Endpoints without a name are the test host's own.
    private static IEnumerable<JsonElement> OperationsOf(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    private static string? NameOf(JsonElement operation) => operation.TryGetProperty("operationId", out var name) ? name.GetString() : null;

    private static int SizeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Object => value.EnumerateObject().Count(),
        _ => value.GetString()!.Length,
    };

    private static Task<ConsoleHost> StartAsync() => ConsoleHost.StartWithAsync(settings =>
    {
        settings.RuleFiles["sales.yml"] = Rules;
        settings.Runbooks["always"] = "# Always\n";
    }, ("Console:RuleInterval", "00:00:01"));

    // Sales and failures, and the metrics, alerts and budgets of them.
    private static async Task<string> FillAsync(ConsoleHost host)
    {
        var trace = "";
        for (var i = 0; i < 40; i++)
            trace = await host.SellAsync(i % 2);
        var until = DateTime.UtcNow + Patience;
        while (SizeOf((await host.AskAsync("alerts")).GetProperty("budgets")) == 0
            || SizeOf((await host.AskAsync("query?expr=http_requests_total")).GetProperty("data").GetProperty("result")) == 0)
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(20);
        }
        return trace;
    }
}
