using Observability.Metrics;
using Prometheus;

namespace ECommerce.Data;

/// <summary>
/// PostgreSQL's statistics under the names of the OpenTelemetry Collector's postgresql receiver (opentelemetry-collector-contrib,
/// receiver/postgresqlreceiver/metadata.yaml), with Prometheus's suffixes and the label <c>state</c>. While PostgreSQL cannot be queried,
/// the gauges are absent from the page: the last value would be wrong, and NaN would spoil sums. The counters stay. The series appear after
/// the first query of <c>pg_stat_database</c>; otherwise <c>rate()</c> would show the server's whole history as one spike.
/// </summary>
internal sealed class ServerMetrics
{
    /// <summary>The states of <c>pg_stat_activity</c>, and that of backends which the login may not see.</summary>
    private static readonly string[] States =
        ["active", "idle", "idle in transaction", "idle in transaction (aborted)", "fastpath function call", "unknown"];

    private readonly Gauge.Child[] _backends;
    private readonly Gauge.Child _maxConnections;
    private readonly Gauge.Child _size;
    private readonly Total _commits;
    private readonly Total _rollbacks;
    private readonly Total _deadlocks;
    private readonly Total _blocksHit;
    private readonly Total _blocksRead;
    private readonly Total _tempFiles;
    private readonly Total _tempBytes;

    public ServerMetrics(MetricFamilies metrics)
    {
        Gauge.Child NewGauge(string name, string help) => metrics.SharedGauge(name, help).With();
        Total NewTotal(string name, string help) => new(metrics.SharedCounter(name, help).With());

        var backends = metrics.SharedGauge("postgresql_backends",
            "Backends connected to the shop's database, by state. Shows who uses connections, and transactions that are left open.", "state");
        _backends = [.. States.Select(state => backends.With(state))];
        _maxConnections = NewGauge("postgresql_connection_max",
            "The server's max_connections. As postgresql_backends comes near to it, connections are refused.");
        _size = NewGauge("postgresql_db_size_bytes", "Size of the shop's database on disk, in bytes.");
        _commits = NewTotal("postgresql_commits_total", "Committed transactions. Shows the load of the database.");
        _rollbacks = NewTotal("postgresql_rollbacks_total", "Transactions rolled back. A high rate means that work is wasted.");
        _deadlocks = NewTotal("postgresql_deadlocks_total", "Deadlocks. A rate above zero means that transactions lock rows in different orders.");
        _blocksHit = NewTotal("postgresql_blks_hit_total", "Blocks found in shared_buffers. Together with postgresql_blks_read_total it gives the cache hit ratio.");
        _blocksRead = NewTotal("postgresql_blks_read_total", "Blocks read from disk or from the system's cache. Together with postgresql_blks_hit_total it gives the cache hit ratio.");
        _tempFiles = NewTotal("postgresql_temp_files_total", "Temporary files of statements. A rate above zero means that sorts or joins exceed work_mem.");
        _tempBytes = NewTotal("postgresql_temp_io_bytes_total", "Bytes written to temporary files. Shows by how much sorts and joins exceed work_mem.");
        Hide();
    }

    /// <param name="statistics">The current statistics.</param>
    /// <param name="backends">The number of backends by state; null is the state of backends that the login may not see.</param>
    public void Show(ServerStatistics statistics, IReadOnlyCollection<(string? State, long Count)> backends)
    {
        var byState = backends.ToLookup(group => Array.IndexOf(States, group.State) is var known and >= 0 ? known : States.Length - 1, group => group.Count);
        foreach (var (index, child) in _backends.Index())
            child.Set(byState[index].Sum());

        _maxConnections.Set(statistics.MaxConnections);
        _size.Set(statistics.SizeBytes);
        _commits.Reach(statistics.Commits);
        _rollbacks.Reach(statistics.Rollbacks);
        _deadlocks.Reach(statistics.Deadlocks);
        _blocksHit.Reach(statistics.BlocksHit);
        _blocksRead.Reach(statistics.BlocksRead);
        _tempFiles.Reach(statistics.TempFiles);
        _tempBytes.Reach(statistics.TempBytes);
    }

    /// <summary>Removes the gauges while PostgreSQL cannot be queried.</summary>
    public void Hide()
    {
        foreach (var gauge in (Gauge.Child[])[.. _backends, _maxConnections, _size])
            gauge.Unpublish();
    }

    /// <summary>
    /// A counter whose value another program keeps. A smaller value means that its statistics were reset, by hand or by crash recovery;
    /// then the whole value is new.
    /// </summary>
    private sealed class Total
    {
        private readonly Counter.Child _counter;
        private long _last;

        public Total(Counter.Child counter)
        {
            _counter = counter;
            counter.Unpublish();
        }

        public void Reach(long now)
        {
            _counter.Inc(now >= _last ? now - _last : now);
            _last = now;
        }
    }
}
