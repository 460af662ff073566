using System.Collections.Concurrent;
using System.Diagnostics;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Platform.Data;

/// <summary>The metrics of SQL statements: durations by module and operation, and second attempts.</summary>
public sealed class DatabaseMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Counter.Child> _retries = metrics.BusinessCounter(
        "database_retries_total",
        "Statements and transactions that were run a second time because the first attempt failed without effect, by reason. "
        + "Shows ended sessions, stale prepared statements and deadlocks.",
        "module", "reason");

    private readonly MetricFamily<Latency> _duration = metrics.Latency(
        "database_query_duration_seconds", "Duration of SQL statements as the modules see it, in seconds, by operation.",
        [.001, .005, .01, .05, .1, .5, 1, 2], "module", "operation");

    private readonly ConcurrentDictionary<(string Module, string Operation), Latency> _children = new();

    internal void Retried(string module, SqlStateAnswer reason) => _retries.With(module, reason switch
    {
        SqlStateAnswer.LostRace => "lost_race",
        SqlStateAnswer.StaleStatement => "stale_statement",
        _ => "session_ended",
    }).Inc();

    /// <summary>Measures a statement until the result is disposed.</summary>
    public Timing Time(string module, string sql) => new(
        _children.GetOrAdd((module, SqlStatement.Of(sql).Operation), static (key, duration) => duration.With(key.Module, key.Operation), _duration),
        Stopwatch.GetTimestamp());

    public readonly struct Timing(Latency series, long started) : IDisposable
    {
        public void Dispose() => series.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
