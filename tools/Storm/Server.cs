using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Storm;

/// <summary>An external PostgreSQL server with durability on. It is restarted at once when it is killed.</summary>
internal sealed class Server : IAsyncDisposable
{
    public const string Database = "ecommerce";

    private readonly PostgresCluster _cluster;

    private Server(PostgresCluster cluster)
    {
        _cluster = cluster;
        ConnectionString = new NpgsqlConnectionStringBuilder(cluster.ConnectionString)
        {
            Database = Database,
            // It speaks in the clear on this machine; not to ask saves each new connection two round trips.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    /// <summary>The connection string of the shop's database, past every proxy.</summary>
    public string ConnectionString { get; }

    public static async Task<Server> StartAsync(DirectoryInfo folder, CancellationToken ct)
    {
        // Not a throw-away one: those do not wait for the disk, and what they have acknowledged may be gone after a kill.
        var server = new Server(await PostgresCluster.StartAsync(new(folder.FullName), NullLogger.Instance, ct));
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server._cluster.ConnectionString) { Pooling = false }.ConnectionString);
        // The log has to fit on the disk, ballast apart.
        await connection.ExecuteAsync("ALTER SYSTEM SET max_wal_size = '64MB'");
        await connection.ExecuteAsync("ALTER SYSTEM SET min_wal_size = '32MB'");
        await connection.ExecuteAsync("SELECT pg_reload_conf()");
        await connection.ExecuteAsync($"CREATE DATABASE {Database}");
        return server;
    }

    /// <summary>Sends SIGKILL to the postmaster and its children.</summary>
    public void Kill()
    {
        var postmaster = _cluster.ProcessId;
        var children = File.Exists($"/proc/{postmaster}/task/{postmaster}/children")
            ? File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [];
        foreach (var id in (int[])[postmaster, .. children.Select(id => int.Parse(id, CultureInfo.InvariantCulture))])
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
            {
                // It has ended meanwhile.
            }
        }
    }

    /// <summary>Whether every event from before that time was delivered; false while the database cannot be queried.</summary>
    /// <param name="modules">The modules whose outboxes it holds.</param>
    /// <param name="before">The time.</param>
    /// <param name="ct">Ends the query.</param>
    public async Task<bool> HasDeliveredAsync(IReadOnlyList<string> modules, DateTimeOffset before, CancellationToken ct)
    {
        try
        {
            var impatient = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = 2, CommandTimeout = 2 };
            await using var connection = new NpgsqlConnection(impatient.ConnectionString);
            return await connection.ExecuteScalarAsync<long>(new CommandDefinition(CountWaiting(modules), new { Before = before.UtcDateTime }, cancellationToken: ct)) == 0;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static string CountWaiting(IEnumerable<string> modules) =>
        $"SELECT {string.Join(" + ", modules.Select(module => $"(SELECT count(*) FROM {module}.outbox WHERE occurred_at < @Before)"))}";
}
