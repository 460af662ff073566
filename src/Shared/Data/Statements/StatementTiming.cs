using System.Collections.Concurrent;
using Observability.Metrics;

namespace ECommerce.Data;

/// <summary>The histogram of statements by module and operation.</summary>
internal sealed class StatementTiming(MetricFamilies metrics) : IStatementInterceptor
{
    private readonly MetricFamily<Latency> _duration = metrics.Latency(
        "database_query_duration_seconds", "How long the modules wait for PostgreSQL to answer a statement.",
        [.001, .005, .01, .05, .1, .5, 1, 2], "module", "operation");

    private readonly ConcurrentDictionary<(string Module, string Operation), Latency> _children = new();

    public void After(string module, string sql, TimeSpan elapsed) => _children
        .GetOrAdd((module, SqlStatement.Of(sql).Operation), static (key, duration) => duration.With(key.Module, key.Operation), _duration)
        .Observe(elapsed.TotalSeconds);
}
