using System.Collections.Concurrent;
using System.Diagnostics;
using Prometheus;

namespace ECommerce.Platform.Data;

/// <summary>How long statements take, by module and operation.</summary>
public sealed class DatabaseMetrics(IMetricFactory metrics)
{
    private readonly Histogram _duration = metrics.CreateHistogram(
        "database_query_duration_seconds", "How long the modules wait for PostgreSQL to answer a statement.",
        ["module", "operation"], new HistogramConfiguration { Buckets = [.001, .005, .01, .05, .1, .5, 1, 2] });

    private readonly ConcurrentDictionary<(string Module, string Sql), Histogram.Child> _children = new();

    /// <summary>Measures until it is disposed.</summary>
    public Timing Time(string module, string sql) => new(
        _children.GetOrAdd((module, sql), static (key, duration) => duration.WithLabels(key.Module, SqlStatement.Of(key.Sql).Operation), _duration),
        Stopwatch.GetTimestamp());

    public readonly struct Timing(Histogram.Child histogram, long started) : IDisposable
    {
        public void Dispose() => histogram.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
