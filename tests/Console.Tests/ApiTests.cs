using System.Globalization;
using System.Net;
using System.Text.Json;
using Observability.Console.Recording;

namespace Observability.Console.Tests;

/// <summary>The API over HTTP, in an application that has nothing but the console's two lines.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class ApiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_is_found_as_a_trace_with_its_spans_and_its_line()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.SellAsync(7);
        var failed = await host.SellAsync(0);
        await CountBecomesAsync(host, 2);

        var trace = (await host.AskAsync("traces?filter=status:error")).GetProperty("traces").EnumerateArray().ShouldHaveSingleItem();
        (trace.GetProperty("traceId").GetString(), trace.GetProperty("name").GetString(), trace.GetProperty("module").GetString(), trace.GetProperty("errors").GetInt32())
            .ShouldBe((failed, "GET /api/sales/{id:int}", "sales", 1));
        var span = (await host.AskAsync($"traces/{failed}")).GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans")[0];
        (span.GetProperty("traceId").GetString(), span.GetProperty("kind").GetInt32(), span.GetProperty("status").GetProperty("code").GetInt32()).ShouldBe((failed, 2, 2));
        var logs = await host.AskAsync($"logs?filter=trace:{failed}");
        var line = RecordsOf(logs).ShouldHaveSingleItem();
        line.GetProperty("eventName").GetString().ShouldBe("request.completed");
        line.GetProperty("traceId").GetString().ShouldBe(failed);
        var map = await host.AskAsync("map");
        var edge = map.GetProperty("edges").EnumerateArray().ShouldHaveSingleItem();
        (edge.GetProperty("to").GetProperty("name").GetString(), edge.GetProperty("calls").GetInt32(), edge.GetProperty("errors").GetInt32()).ShouldBe(("sales", 2, 1));
        logs.GetProperty("resourceLogs")[0].GetProperty("resource").GetProperty("attributes")[0].GetProperty("value").GetProperty("stringValue").GetString().ShouldBe("tills");
    }

    [Fact]
    public async Task What_differs_is_answered_with_terms_for_the_filter()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 30; i++)
            await host.SellAsync(i % 3);
        await CountBecomesAsync(host, 30);

        var found = await host.AskAsync("differences?selected=status:error&filter=module:sales");

        (found.GetProperty("selected").GetInt32(), found.GetProperty("rest").GetInt32(), found.GetProperty("sampledOneIn").GetInt32()).ShouldBe((10, 20, 1));
        var first = found.GetProperty("attributes")[0];
        first.GetProperty("attribute").GetString().ShouldBe("error.type");
        var value = first.GetProperty("values")[0];
        (value.GetProperty("value").GetString(), value.GetProperty("selected").GetInt32(), value.GetProperty("rest").GetInt32()).ShouldBe(("503", 10, 0));
        first.GetProperty("same").EnumerateArray().Select(same => same.GetProperty("filter").GetString()).ShouldBe(["attr.http.response.status_code:503", "attr.url.path:/api/sales/0"]);
        (await host.AskAsync($"traces?filter={value.GetProperty("filter").GetString()}")).GetProperty("traces").GetArrayLength().ShouldBe(10);
        found.GetProperty("store").GetProperty("kept").GetInt64().ShouldBeGreaterThanOrEqualTo(30);
    }

    [Theory]
    [InlineData("Json")]
    [InlineData("Text")]
    public async Task Lines_are_kept_whatever_the_format_on_stdout(string format)
    {
        await using var host = await ConsoleHost.StartAsync(("Logging:Format", format));
        await host.SellAsync(7);

        await CountBecomesAsync(host, 1);

        RecordsOf(await host.AskAsync("logs?filter=event:request.completed%20module:sales%20status:200")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_wrong_parameter_is_refused_by_its_name()
    {
        await using var host = await ConsoleHost.StartAsync();
        foreach (var (path, field) in new[]
        {
            ("traces?filter=colour:red", "filter"),
            ("logs?filter=%22", "filter"),
            ("traces?limit=0", "limit"),
            ("logs?limit=1001", "limit"),
            ("logs?limit=1e2", "limit"),
            ("traces?from=yesterday", "from"),
            ("logs?to=1969-01-01", "to"),
            ("traces?cursor=7", "cursor"),
            ("logs?cursor=-1", "cursor"),
            ("logs?cursor=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "cursor"),
            ("traces?sort=colour", "sort"),
            ("traces?follow=yes", "follow"),
            ("logs?follow=true&limit=5", "limit"),
            ("logs?filter=a&filter=b", "filter"),
            ("logs?colour=red", "colour"),
            ("map?from=2026-01-02&to=2026-01-01", "from"),
            ("traces/0af7", "traceId"),
            ("differences", "selected"),
            ("differences?selected=colour:red", "selected"),
            ("differences?selected=status:error&from=2026-01-02&to=2026-01-01", "from"),
            ("differences?before=soon", "before"),
            ("differences?shortest=7", "shortest"),
            ("differences?longest=1e400s", "longest"),
        })
        {
            using var answer = await host.Client.GetAsync($"/ops/api/{path}");

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", path);
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field, path);
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition_while_records_arrive()
    {
        await using var host = await ConsoleHost.StartAsync();
        List<string> sold = [];
        for (var i = 1; i <= 10; i++)
            sold.Add(await host.SellAsync(i));
        await CountBecomesAsync(host, 10);

        foreach (var kind in new[] { "traces?sort=duration&", "traces?", "logs?filter=event:request.completed&" })
        {
            List<string> seen = [];
            string? cursor = null;
            do
            {
                var page = await host.AskAsync($"{kind}limit=3&to={DateTime.UtcNow.AddMinutes(1):O}" + (cursor is null ? "" : $"&cursor={cursor}"));
                seen.AddRange(kind.StartsWith('t') ? page.GetProperty("traces").EnumerateArray().Select(IdOf) : RecordsOf(page).Select(IdOf));
                cursor = page.TryGetProperty("cursor", out var next) ? next.GetString() : null;
            }
            while (cursor is not null);
            seen.ShouldBe(sold, ignoreOrder: true, kind);
            if (!kind.Contains("duration", StringComparison.Ordinal))
                seen.ShouldBe(sold.AsEnumerable().Reverse(), kind);
        }

        static string IdOf(JsonElement item) => item.GetProperty("traceId").GetString()!;
    }

    [Fact]
    public async Task An_answer_that_would_be_too_large_is_cut_and_goes_on_at_its_cursor()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:AnswerBytes", "16384"));
        for (var i = 0; i < 200; i++)
            host.Recorder.Write(Given.Line($"line {i.ToString(CultureInfo.InvariantCulture)} {new string('x', 200)}", eventName: "till.told"));

        List<string> bodies = [];
        var (cut, cursor) = (0, "");
        do
        {
            var page = await host.AskAsync($"logs?limit=1000&filter=event:till.told{cursor}");
            bodies.AddRange(RecordsOf(page).Select(record => record.GetProperty("body").GetProperty("stringValue").GetString()!.Split(' ')[1]));
            cut += page.GetProperty("cut").GetBoolean() ? 1 : 0;
            cursor = page.TryGetProperty("cursor", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);

        cut.ShouldBeGreaterThan(3);
        bodies.ShouldBe(Enumerable.Range(0, 200).Reverse().Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_follower_receives_what_matches_and_heartbeats_and_their_number_is_bounded()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:Followers", "1"), ("Console:Heartbeat", "00:00:00.200"));
        using var answer = await host.Client.GetAsync("/ops/api/logs?follow=true&filter=event:request.completed%20attr.status:503", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync().WaitAsync(Patience)).ShouldBe("", "a heartbeat");
        using (var refused = await host.Client.GetAsync("/ops/api/traces?follow=true", HttpCompletionOption.ResponseHeadersRead))
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await host.SellAsync(7);
        var failed = await host.SellAsync(0);

        string? line;
        do
            line = await lines.ReadLineAsync().WaitAsync(Patience);
        while (line is "");
        RecordsOf(JsonElement.Parse(line!)).ShouldHaveSingleItem().GetProperty("traceId").GetString().ShouldBe(failed);
    }

    [Fact]
    public async Task A_trace_that_is_not_kept_is_404_and_the_answer_says_since_when_traces_are()
    {
        await using var host = await ConsoleHost.StartAsync();

        using var answer = await host.Client.GetAsync("/ops/api/traces/0af7651916cd43dd8448eb211c80319c");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Spans are complete since");
    }

    // A request is recorded after its answer has arrived.
    private static async Task CountBecomesAsync(ConsoleHost host, int requests)
    {
        var deadline = Stopwatch.StartNew();
        while (CountOf(host.Recorder) is var (spans, lines) && (spans < requests || lines < requests))
        {
            deadline.Elapsed.ShouldBeLessThan(Patience, $"{spans} spans and {lines} lines of {requests} requests");
            await host.AskAsync("logs?limit=1");
        }
    }

    private static (long Spans, long Lines) CountOf(Recorder recorder)
    {
        using var view = recorder.Logs.Read();
        var filter = Given.Filter("event:request.completed");
        var lines = view.Segments.Sum(segment => Enumerable.Range(0, segment.Count).Count(i => Filtering.RecordMatching.Matches(filter, new Storage.LogRecord(segment[i]))));
        return (recorder.Spans.Appended, lines);
    }

    private static IEnumerable<JsonElement> RecordsOf(JsonElement logs) =>
        from resource in logs.GetProperty("resourceLogs").EnumerateArray()
        from scope in resource.GetProperty("scopeLogs").EnumerateArray()
        from record in scope.GetProperty("logRecords").EnumerateArray()
        select record;
}
