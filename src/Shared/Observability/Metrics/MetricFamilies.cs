using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// The factory of the host's metric families: declares each once, with HELP text and labels, and bounds the number of its series. Each host
/// has a registry of its own, also where two run in one process.
/// </summary>
public sealed class MetricFamilies
{
    private readonly ConcurrentDictionary<string, MetricDeclaration> _declared = new(StringComparer.Ordinal);
    private readonly MetricFactory _factory;
    private readonly int _limit;
    private readonly Gauge _series;
    private readonly Gauge _seriesLimit;

    public MetricFamilies(CollectorRegistry registry, IOptions<MetricsOptions> options)
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _limit = options.Value.SeriesPerFamily;

        _series = Own("telemetry_series", "Series of each metric family of this host. Shows a growing label set before it is a load for Prometheus.");
        _seriesLimit = Own("telemetry_series_limit", "The limit on the series of a metric family with labels. Observations beyond it are counted under _overflow.");
    }

    /// <summary>The declared families, by name.</summary>
    public IReadOnlyList<MetricDeclaration> Declarations => [.. _declared.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal)];

    /// <summary>Declares a counter; <paramref name="name"/> ends in <c>_total</c>.</summary>
    public MetricFamily<Counter.Child> Counter(string name, string help, params string[] labels) =>
        Family(new(name, "counter", help, labels, null, Exemplars: false), _factory.CreateCounter(name, help, labels).WithLabels, seriesEach: 1);

    /// <summary>Declares a counter with exemplars: at most one a second leads to the trace of an increment.</summary>
    public MetricFamily<Counter.Child> BusinessCounter(string name, string help, params string[] labels)
    {
        var counter = _factory.CreateCounter(name, help, labels, new CounterConfiguration { ExemplarBehavior = SpanExemplars.OneASecond });
        return Family(new(name, "counter", help, labels, null, Exemplars: true), counter.WithLabels, seriesEach: 1);
    }

    public MetricFamily<Gauge.Child> Gauge(string name, string help, params string[] labels) =>
        Family(new(name, "gauge", help, labels, null, Exemplars: false), _factory.CreateGauge(name, help, labels).WithLabels, seriesEach: 1);

    /// <summary>
    /// Declares a gauge that describes the database and not this host. Every host exports the same value, so that queries aggregate hosts
    /// with <c>max</c>; <c>sum</c> would multiply the value by the number of hosts.
    /// </summary>
    public MetricFamily<Gauge.Child> SharedGauge(string name, string help, params string[] labels) =>
        Family(new(name, "gauge", help, labels, null, Exemplars: false, IsShared: true), _factory.CreateGauge(name, help, labels).WithLabels, seriesEach: 1);

    /// <summary>
    /// Declares a counter that the database keeps and every host exports: queries take <c>max</c> of its <c>rate</c> or <c>increase</c>.
    /// </summary>
    public MetricFamily<Counter.Child> SharedCounter(string name, string help, params string[] labels) =>
        Family(new(name, "counter", help, labels, null, Exemplars: false, IsShared: true), _factory.CreateCounter(name, help, labels).WithLabels, seriesEach: 1);

    /// <summary>Declares a summary with sum and count only; quantiles could not be aggregated over hosts.</summary>
    public MetricFamily<Summary.Child> Summary(string name, string help, params string[] labels) =>
        Family(new(name, "summary", help, labels, null, Exemplars: false), _factory.CreateSummary(name, help, labels).WithLabels, seriesEach: 2);

    public MetricFamily<Histogram.Child> Histogram(string name, string help, double[] buckets, params string[] labels)
    {
        var histogram = _factory.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets, ExemplarBehavior = SpanExemplars.OneASecond });
        return Family(new(name, "histogram", help, labels, buckets, Exemplars: true), histogram.WithLabels, SeriesOf(buckets));
    }

    /// <summary>Declares a histogram of durations in seconds, whose slow and failed observations always have an exemplar.</summary>
    public MetricFamily<Latency> Latency(string name, string help, double[] buckets, params string[] labels)
    {
        var histogram = _factory.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets, ExemplarBehavior = SpanExemplars.AsGiven });
        return Family(new(name, "histogram", help, labels, buckets, Exemplars: true), values => new Latency(histogram.WithLabels(values)), SeriesOf(buckets));
    }

    private MetricFamily<T> Family<T>(MetricDeclaration metric, Func<string[], T> newChild, int seriesEach)
    {
        Declare(metric);
        if (metric.Labels.Count > 0)
            _seriesLimit.WithLabels(metric.Name).Set((double)_limit * seriesEach);
        return new(metric, newChild, _limit, _series.WithLabels(metric.Name), seriesEach);
    }

    private Gauge Own(string name, string help)
    {
        Declare(new(name, "gauge", help, ["metric"], null, Exemplars: false));
        return _factory.CreateGauge(name, help, "metric");
    }

    private void Declare(MetricDeclaration metric)
    {
        if (!_declared.TryAdd(metric.Name, metric))
            throw new InvalidOperationException($"The metric {metric.Name} is declared twice.");
    }

    // One series for each bucket, +Inf, sum and count.
    private static int SeriesOf(double[] buckets) => buckets.Length + 3;
}

/// <summary>The declaration of a metric family.</summary>
/// <param name="Type">The type in the exposition format: <c>counter</c>, <c>gauge</c>, <c>histogram</c> or <c>summary</c>.</param>
/// <param name="Buckets">Upper bounds of a histogram, without the infinite one.</param>
/// <param name="Exemplars">Whether samples have exemplars.</param>
/// <param name="IsShared">Whether every host exports the same value, since it describes the database.</param>
public sealed record MetricDeclaration(
    string Name, string Type, string Help, IReadOnlyList<string> Labels, IReadOnlyList<double>? Buckets, bool Exemplars, bool IsShared = false);
