using System.Collections.Concurrent;
using System.Diagnostics;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Platform.Data;

/// <summary>How long statements take, by module and operation, and how often they are run a second time.</summary>
public sealed class DatabaseMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Counter.Child> _retries = metrics.BusinessCounter(
        "database_retries_total",
        "Statements and transactions that were run a second time because PostgreSQL refused the first attempt and kept nothing of it. "
        + "Whether sessions end, prepared statements go stale or transactions deadlock, before customers notice.",
        "module", "reason");

    private readonly MetricFamily<Latency> _duration = metrics.Latency(
        "database_query_duration_seconds", "How long the modules wait for PostgreSQL to answer a statement.",
        [.001, .005, .01, .05, .1, .5, 1, 2], "module", "operation");

    private readonly ConcurrentDictionary<(string Module, string Operation), Latency> _children = new();

    internal void Retried(string module, SqlStateAnswer reason) => _retries.With(module, reason switch
    {
        SqlStateAnswer.LostRace => "lost_race",
        SqlStateAnswer.StaleStatement => "stale_statement",
        _ => "session_ended",
    }).Inc();

    /// <summary>Measures until it is disposed.</summary>
    public Timing Time(string module, string sql) => new(
        _children.GetOrAdd((module, SqlStatement.Of(sql).Operation), static (key, duration) => duration.With(key.Module, key.Operation), _duration),
        Stopwatch.GetTimestamp());

    public readonly struct Timing(Latency series, long started) : IDisposable
    {
        public void Dispose() => series.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
