using System.Globalization;
using System.Net;
using System.Text.Json;
using Observability.Console.Queries;
using Observability.Console.Sampling;

namespace Observability.Console.Tests;

/// <summary>The metrics of a real host over the API, in an application that has nothing but the console's two lines.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class MetricApiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_newest_values_are_those_of_the_page_of_metrics_at_the_same_moment()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 20; i++)
            await host.SellAsync(i % 4);
        var (store, query) = (host.Service<MetricStore>(), host.Service<MetricQuery>());

        // Nothing is counted between the two: what changes by itself is told by a second page.
        await SampledAsync(host);
        var before = await PageAsync(host);
        await SampledAsync(host);
        Dictionary<string, double> kept = query.Families.SelectMany(query.Newest).ToDictionary(one => KeyOf(one.Series), one => one.Value);
        var after = await PageAsync(host);

        // A scrape is a request of this process itself, which is under way while it is answered.
        string[] ofTheScrape = ["http_client_", "http_server_active_", "kestrel_", "dotnet_timer_", "dotnet_thread_pool_", "dotnet_process_"];
        var steady = before.Where(sample => !ofTheScrape.Any(family => sample.Key.StartsWith(family, StringComparison.Ordinal)))
            .Where(sample => after.TryGetValue(sample.Key, out var value) && value.Equals(sample.Value)).ToDictionary();
        steady.Count.ShouldBeGreaterThan(100);
        steady.Keys.Where(key => key.StartsWith("http_requests_total{", StringComparison.Ordinal)).Count().ShouldBe(2);
        steady.ShouldAllBe(sample => kept.ContainsKey(sample.Key) && kept[sample.Key].Equals(sample.Value));
        kept.Keys.Except(after.Keys).ShouldBeEmpty();
        kept.Keys.ShouldContain(key => key.StartsWith("dotnet_", StringComparison.Ordinal), "the .NET meters are there, too");
        (store.Refused, store.Unreadable).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Families_and_series_are_answered_with_what_they_mean()
    {
        await using var host = await ConsoleHost.StartAsync();
        await SampledAsync(host);
        for (var i = 0; i < 20; i++)
            await host.SellAsync(i % 4);
        await SampledAsync(host);
        await SampledAsync(host);

        var families = await host.AskAsync("metrics");
        var family = families.GetProperty("families").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "http_request_duration_seconds");
        (family.GetProperty("type").GetString(), family.GetProperty("series").GetInt32()).ShouldBe(("histogram", 28));
        family.GetProperty("help").GetString()!.ShouldStartWith("Duration of HTTP requests");

        var raw = (await host.AskAsync("metrics/http_requests_total?value=raw&step=1s&match=status=200")).GetProperty("series").EnumerateArray().ShouldHaveSingleItem();
        raw.GetProperty("labels").GetProperty("path").GetString().ShouldBe("/api/sales/:id");
        raw.GetProperty("points").EnumerateArray().Last()[1].GetDouble().ShouldBe(15);
        var rate = (await host.AskAsync("metrics/http_requests_total?by=&window=1m&step=1s")).GetProperty("series").EnumerateArray().ShouldHaveSingleItem();
        rate.GetProperty("points").EnumerateArray().Last()[1].GetDouble().ShouldBeGreaterThan(0);
        var p95 = (await host.AskAsync("metrics/http_request_duration_seconds?value=p95&by=service&window=5m&step=1s")).GetProperty("series").EnumerateArray().ShouldHaveSingleItem();
        var point = p95.GetProperty("points").EnumerateArray().Last();
        point[1].GetDouble().ShouldBeInRange(point[2].GetDouble(), point[3].GetDouble());
        var exemplar = p95.GetProperty("exemplars").EnumerateArray().First().GetProperty("traceId").GetString();
        (await host.AskAsync($"traces/{exemplar}")).GetProperty("resourceSpans").GetArrayLength().ShouldBe(1);
        p95.GetProperty("labels").EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldBe("sales-service");
    }

    [Fact]
    public async Task Series_are_paged_and_an_answer_that_would_be_too_large_is_cut()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:AnswerBytes", "16384"));
        await SampledAsync(host);
        var total = (await host.AskAsync("metrics")).GetProperty("families").EnumerateArray()
            .First(one => one.GetProperty("name").GetString() == "telemetry_series").GetProperty("series").GetInt32();

        List<string> seen = [];
        var (cut, cursor) = (0, "");
        do
        {
            var page = await host.AskAsync($"metrics/telemetry_series?value=raw&step=1s&from={DateTime.UtcNow.AddSeconds(-60):O}&limit=1000{cursor}");
            seen.AddRange(page.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("labels").GetProperty("metric").GetString()!));
            cut += page.GetProperty("cut").GetBoolean() ? 1 : 0;
            cursor = page.TryGetProperty("cursor", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);
        seen.Count.ShouldBe(total);
        seen.ShouldBe(seen.Distinct().Order(StringComparer.Ordinal));

        var two = await host.AskAsync("metrics/telemetry_series?value=raw&limit=2");
        (two.GetProperty("series").GetArrayLength(), two.GetProperty("cut").GetBoolean(), two.GetProperty("total").GetInt32()).ShouldBe((2, false, total));
    }

    [Fact]
    public async Task A_wrong_parameter_is_refused_by_its_name()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.SellAsync(1);
        await SampledAsync(host);
        foreach (var (path, field) in new[]
        {
            ("metrics?colour=red", "colour"),
            ("metrics/http_requests_total?value=p95", "value"),
            ("metrics/http_requests_total?value=mean", "value"),
            ("metrics/http_requests_total?match=status", "match"),
            ("metrics/http_requests_total?match=status=~(", "match"),
            ("metrics/http_requests_total?match=status=~(a)%5C1", "match"),
            ("metrics/http_requests_total?match=" + string.Join(',', Enumerable.Repeat("a=b", 17)), "match"),
            ("metrics/http_requests_total?step=0s", "step"),
            ("metrics/http_requests_total?step=1", "step"),
            ("metrics/http_requests_total?step=99999999999999999999s", "step"),
            ("metrics/http_requests_total?from=2020-01-01&step=1s", "step"),
            ("metrics/http_requests_total?from=2026-01-02&to=2026-01-01", "from"),
            ("metrics/http_requests_total?window=25h", "window"),
            ("metrics/http_requests_total?cursor=-1", "cursor"),
            ("metrics/http_requests_total?limit=0", "limit"),
            ("metrics/http_request_duration_seconds?follow=true&value=p95", "value"),
        })
        {
            using var answer = await host.Client.GetAsync($"/ops/api/{path}");

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field, path);
        }
        using var unknown = await host.Client.GetAsync("/ops/api/metrics/no_such_family");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_follower_receives_the_newest_values_each_second()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.SellAsync(1);
        await SampledAsync(host);
        using var answer = await host.Client.GetAsync("/ops/api/metrics/http_requests_total?value=raw&follow=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());

        await host.SellAsync(2);

        List<double> seen = [];
        while (seen.Count < 2 || seen[^1] < 2)
        {
            if (await lines.ReadLineAsync().WaitAsync(Patience) is { Length: > 0 } line)
                seen.Add(JsonElement.Parse(line).GetProperty("series")[0].GetProperty("value").GetDouble());
        }
        seen.ShouldBeInOrder();
    }

    [Fact]
    public async Task The_console_counts_its_own_stores_and_work()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MetricSeries", "100"));
        await host.SellAsync(1);
        await host.AskAsync("traces");
        await SampledAsync(host);
        await SampledAsync(host);

        var page = await PageAsync(host);

        foreach (var signal in new[] { "spans", "logs", "metrics" })
        {
            page[$"console_store_bytes{{signal=\"{signal}\"}}"].ShouldBeInRange(1, page[$"console_store_budget_bytes{{signal=\"{signal}\"}}"]);
            page[$"console_store_records{{signal=\"{signal}\"}}"].ShouldBeGreaterThan(0);
            page[$"console_store_lost_total{{signal=\"{signal}\"}}"].ShouldBe(0);
        }
        page["console_searches_total"].ShouldBe(1);
        page["console_store_records{signal=\"metrics\"}"].ShouldBe(100);
        page["console_series_refused"].ShouldBeGreaterThan(0);
        page["console_sampling_seconds_total"].ShouldBeGreaterThan(0);
        page["console_store_lost_total{signal=\"metrics\"}"].ShouldBe(0);
    }

    [Fact]
    public async Task What_happened_is_found_by_its_event_and_outlives_its_record()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:LogBytes", "1048576"));
        var happenings = host.Service<Happenings>();
        var at = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        host.Recorder.Write(Given.Line("The health check database is now Unhealthy", "warn", eventName: "health.changed", time: at));
        host.Recorder.Write(Given.Line("Something else", eventName: "till.told", time: at));
        host.Recorder.Flush(Patience).ShouldBeTrue();
        var time = new DateTimeOffset(at).ToUnixTimeMilliseconds();

        var found = happenings.Read(time, time).ShouldHaveSingleItem();
        (found.Word, found.Event, found.Text, found.Level).ShouldBe(("health", "health.changed", "The health check database is now Unhealthy", "warn"));
        for (var i = 0; host.Recorder.LogState.Evicted == 0 && i < 100; i++)
        {
            for (var line = 0; line < 200; line++)
                host.Recorder.Write(Given.Line($"line {i} {line} {new string((char)('a' + (line % 26)), 1000)}{i * line}"));
            host.Recorder.Flush(Patience).ShouldBeTrue();
        }
        host.Recorder.LogState.Evicted.ShouldBeGreaterThan(0);
        happenings.Read(time, time).ShouldBe([found]);
        happenings.Read(0, long.MaxValue).Select(one => one.Word).ShouldBe(["health", "start"]);
    }

    /// <summary>Waits for a round that began after the call.</summary>
    internal static async Task SampledAsync(ConsoleHost host)
    {
        var sampler = host.Service<MetricSampler>();
        var (wanted, deadline) = (sampler.Rounds + 2, Stopwatch.StartNew());
        while (sampler.Rounds < wanted)
        {
            deadline.Elapsed.ShouldBeLessThan(Patience, "the host's metrics are sampled");
            await host.AskAsync("metrics");
        }
    }

    /// <summary>The samples of both pages, as a scraper reads them.</summary>
    private static async Task<Dictionary<string, double>> PageAsync(ConsoleHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        using var answer = await host.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync() + await host.Client.GetStringAsync("/metrics/runtime");
        return (from line in text.Split('\n')
                where line.Length > 0 && line[0] != '#'
                let exemplar = line.IndexOf(" # ", StringComparison.Ordinal)
                let end = line.Contains('{', StringComparison.Ordinal)
                    ? line.LastIndexOf("} ", exemplar < 0 ? line.Length - 1 : exemplar, StringComparison.Ordinal) + 1
                    : line.IndexOf(' ', StringComparison.Ordinal)
                select (Key: Sorted(line[..end]), Value: line[(end + 1)..].Split(' ')[0])).ToDictionary(sample => sample.Key, sample => NumberOf(sample.Value));
    }

    private static string Sorted(string key) => key.IndexOf('{', StringComparison.Ordinal) is > 0 and var start
        ? $"{key[..start]}{{{string.Join(',', key[(start + 1)..^1].Split(',').Order(StringComparer.Ordinal))}}}" : key;

    private static string KeyOf(IStoredSeries series) => series.Labels.Count == 0 ? series.Name
        : $"{series.Name}{{{string.Join(',', series.Labels.Select(label => $"{label.Key}=\"{label.Value}\"").Order(StringComparer.Ordinal))}}}";

    private static double NumberOf(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}
