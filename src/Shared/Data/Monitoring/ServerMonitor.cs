using Dapper;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Data;

/// <summary>
/// A periodic job that reads PostgreSQL's statistics for the metrics <c>postgresql_*</c>, so that a scrape causes no query. Any login may
/// read them.
/// </summary>
internal sealed class ServerMonitor(
    ModuleDataSources sources, ServerMetrics metrics, IOptions<DatabaseOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("watch PostgreSQL", options.Value.StatisticsInterval, clock, loggers)
{
    protected override async Task RunAsync(CancellationToken ct)
    {
        try
        {
            var (statistics, backends) = await sources.RunAsync("platform", sources.ForServer(), static async session =>
            (
                await session.Connection.QuerySingleAsync<ServerStatistics>(new CommandDefinition(SelectStatistics, cancellationToken: session.Token)),
                await session.Connection.QueryAsync<(string?, long)>(new CommandDefinition(CountBackends, cancellationToken: session.Token))
            ), ct);
            metrics.Show(statistics, backends.AsList());
        }
        catch
        {
            metrics.Hide();
            throw;
        }
    }

    private const string SelectStatistics = """
        SELECT current_setting('max_connections')::int AS max_connections, pg_database_size(datid) AS size_bytes,
               xact_commit AS commits, xact_rollback AS rollbacks, deadlocks,
               blks_hit AS blocks_hit, blks_read AS blocks_read, temp_files, temp_bytes
        FROM pg_stat_database
        WHERE datname = current_database()
        """;

    private const string CountBackends = "SELECT state, count(*) AS count FROM pg_stat_activity WHERE datname = current_database() GROUP BY state";
}
