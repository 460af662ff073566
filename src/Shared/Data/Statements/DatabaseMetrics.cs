using Observability.Metrics;
using Prometheus;

namespace ECommerce.Data;

/// <summary>How often statements and transactions are run a second time.</summary>
public sealed class DatabaseMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Counter.Child> _retries = metrics.BusinessCounter(
        "database_retries_total",
        "Statements and transactions that were run a second time because PostgreSQL refused the first attempt and kept nothing of it. "
        + "Whether sessions end, prepared statements go stale or transactions deadlock, before customers notice.",
        "module", "reason");

    internal void Retried(string module, SqlStateHandling reason) => _retries.With(module, reason switch
    {
        SqlStateHandling.LostRace => "lost_race",
        SqlStateHandling.StaleStatement => "stale_statement",
        _ => "session_ended",
    }).Inc();
}
