using Observability.Metrics;

namespace Observability.Tests;

/// <summary>A metric is declared once and cannot grow without bound.</summary>
public sealed class MetricFamiliesTests
{
    [Fact]
    public async Task Label_sets_beyond_the_limit_are_counted_together_and_none_is_lost()
    {
        await using var host = await ObservedHost.StartAsync(configuration: new() { ["Metrics:SeriesPerFamily"] = "3" });
        var greetings = host.Services.GetRequiredService<MetricFamilies>().Counter("greetings_total", "Greetings.", "language", "tone");

        foreach (var language in (string[])["de", "en", "fr", "it", "pt", "de"])
            greetings.With(language, "kind").Inc();

        (await host.MetricAsync("""greetings_total{language="de",tone="kind"}""")).ShouldBe(2);
        (await host.MetricAsync("""greetings_total{language="it",tone="kind"}""")).ShouldBeNull();
        (await host.MetricAsync("""greetings_total{language="_overflow",tone="_overflow"}""")).ShouldBe(2);
    }

    [Fact]
    public async Task The_live_series_of_a_metric_are_told_as_Prometheus_counts_them()
    {
        await using var host = await ObservedHost.StartAsync();
        var waits = host.Services.GetRequiredService<MetricFamilies>().Histogram("wait_seconds", "Waits.", [1, 2, 3], "queue");
        waits.With("left").Observe(1);
        waits.With("right").Observe(1);
        waits.With("left").Observe(1);

        var page = await host.Client.GetStringAsync("/metrics");

        page.Split('\n').Count(line => line.StartsWith("wait_seconds_", StringComparison.Ordinal)).ShouldBe(12);
        (await host.MetricAsync("""telemetry_series{metric="wait_seconds"}""")).ShouldBe(12);
        (await host.MetricAsync("""telemetry_series_limit{metric="wait_seconds"}""")).ShouldBe(6 * new MetricsOptions().SeriesPerFamily);
    }

    [Fact]
    public async Task A_name_can_be_declared_only_once()
    {
        await using var host = await ObservedHost.StartAsync();
        var metrics = host.Services.GetRequiredService<MetricFamilies>();
        metrics.Counter("greetings_total", "Greetings.");

        Should.Throw<InvalidOperationException>(() => metrics.Counter("greetings_total", "Greetings, again."));
        Should.Throw<ArgumentException>(() => metrics.Gauge("size", "Size.", "of").With());
    }
}
