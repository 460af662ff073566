using System.Net.Http.Headers;
using Observability.Metrics;

namespace Observability.Tests;

/// <summary>The way from a bucket to the request that fell into it.</summary>
public sealed class ExemplarTests
{
    [Fact]
    public async Task A_slow_observation_leaves_an_exemplar_however_many_came_before_it()
    {
        await using var host = await ObservedHost.StartAsync();
        var waits = host.Services.GetRequiredService<MetricFamilies>().Latency("wait_seconds", "Waits.", [.1, 1]).With();

        var (first, throttled, slow) = (Observe(waits, .05), Observe(waits, .2), Observe(waits, 2));

        var page = await OpenMetricsAsync(host);
        page.ShouldContain($"trace_id=\"{first}\"");
        page.ShouldNotContain(throttled);
        page.ShouldContain($"trace_id=\"{slow}\"");
    }

    [Fact]
    public async Task A_failed_observation_leaves_an_exemplar_however_many_came_before_it()
    {
        await using var host = await ObservedHost.StartAsync();
        var waits = host.Services.GetRequiredService<MetricFamilies>().Latency("wait_seconds", "Waits.", [.1, 1]).With();

        Observe(waits, .05);
        var failed = Observe(waits, .05, failed: true);

        (await OpenMetricsAsync(host)).ShouldContain($"trace_id=\"{failed}\"");
    }

    [Fact]
    public async Task An_unrecorded_span_leaves_none()
    {
        await using var host = await ObservedHost.StartAsync();
        var metrics = host.Services.GetRequiredService<MetricFamilies>();

        var slow = Observe(metrics.Latency("wait_seconds", "Waits.", [.1, 1]).With(), 2, isRecorded: false);
        using (var span = NewSpan(isRecorded: false))
            metrics.BusinessCounter("sales_total", "Sales.").With().Inc();

        (await OpenMetricsAsync(host)).ShouldNotContain("# {");
        slow.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_business_counter_leads_to_a_trace_and_an_ordinary_one_does_not()
    {
        await using var host = await ObservedHost.StartAsync();
        var metrics = host.Services.GetRequiredService<MetricFamilies>();

        string trace;
        using (var span = NewSpan())
        {
            trace = span.TraceId.ToHexString();
            metrics.BusinessCounter("sales_total", "Sales.").With().Inc();
            metrics.Counter("clicks_total", "Clicks.").With().Inc();
        }

        var lines = (await OpenMetricsAsync(host)).Split('\n');
        lines.Single(line => line.StartsWith("sales_total ", StringComparison.Ordinal)).ShouldContain(trace);
        lines.Single(line => line.StartsWith("clicks_total ", StringComparison.Ordinal)).ShouldNotContain("#");
    }

    private static string Observe(Latency waits, double seconds, bool failed = false, bool isRecorded = true)
    {
        using var span = NewSpan(isRecorded);
        waits.Observe(seconds, failed);
        return span.TraceId.ToHexString();
    }

    private static Activity NewSpan(bool isRecorded = true)
    {
        var span = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        span.ActivityTraceFlags = isRecorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None;
        return span.Start();
    }

    private static async Task<string> OpenMetricsAsync(ObservedHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using var answer = await host.Client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
