using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Data;

/// <summary>
/// PostgreSQL's own statistics, under the names that OpenTelemetry Collector's postgresql receiver gives them
/// (opentelemetry-collector-contrib, receiver/postgresqlreceiver/metadata.yaml), written the Prometheus way; <c>state</c> is added here.
/// <para>
/// While nobody can ask, the gauges are gone from the page: the last value would be a lie, and a NaN would spoil every sum it is in. The
/// counters stay, since they say what has been seen. None is there before the first look, or a rate would see all that ever happened happen at once.
/// </para>
/// </summary>
internal sealed class ServerMetrics
{
    /// <summary>The states of <c>pg_stat_activity</c>, and what the login is not told.</summary>
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
            "Server processes on the shop's database, by state. Who holds connections, and whether transactions are left open.", "state");
        _backends = [.. States.Select(state => backends.With(state))];
        _maxConnections = NewGauge("postgresql_connection_max",
            "Connections that the server takes at once. How near postgresql_backends is to being refused.");
        _size = NewGauge("postgresql_db_size_bytes", "What the shop's database takes on disk. When the disk will be full.");
        _commits = NewTotal("postgresql_commits_total", "Transactions committed. How much work reaches the database.");
        _rollbacks = NewTotal("postgresql_rollbacks_total", "Transactions rolled back. Whether work is done in vain.");
        _deadlocks = NewTotal("postgresql_deadlocks_total", "Deadlocks that the server has broken. Whether transactions lock in different orders.");
        _blocksHit = NewTotal("postgresql_blks_hit_total", "Blocks found in the server's cache. With blks_read: whether the data in use fit into memory.");
        _blocksRead = NewTotal("postgresql_blks_read_total", "Blocks that had to be read. With blks_hit: whether the data in use fit into memory.");
        _tempFiles = NewTotal("postgresql_temp_files_total", "Temporary files that statements needed. Whether sorts and joins outgrow work_mem.");
        _tempBytes = NewTotal("postgresql_temp_io_bytes_total", "Bytes written to temporary files. By how much sorts and joins outgrow work_mem.");
        Hide();
    }

    /// <param name="statistics">Of this moment.</param>
    /// <param name="backends">How many there are by state; no state where the login is not told.</param>
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

    /// <summary>Nobody could ask.</summary>
    public void Hide()
    {
        foreach (var gauge in (Gauge.Child[])[.. _backends, _maxConnections, _size])
            gauge.Unpublish();
    }

    /// <summary>
    /// A counter that somebody else keeps. When it has fallen, its statistics were reset, by hand or by recovery after a crash, and all it
    /// shows now is new.
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
