using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>A PostgreSQL that can be stopped under the shop, and started again with what it had.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string Name = "ecommerce";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-database-");
    private PostgresCluster? _cluster;

    private Database() => _folder.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The shop's database; the same after a stop.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<Database> OpenAsync()
    {
        var database = new Database();
        await database.StartAsync();
        return database;
    }

    public async Task StartAsync()
    {
        _cluster = await PostgresCluster.StartAsync(new(_folder.FullName), NullLogger.Instance, CancellationToken.None);
        if (ConnectionString.Length == 0)
            await CreateAsync(_cluster.ConnectionString);
        ConnectionString = new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = Name }.ConnectionString;
    }

    public async Task StopAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _cluster = null;
    }

    /// <summary>Keeps everybody out of a table for as long as it takes, readers too.</summary>
    public async Task HoldAsync(string table, TimeSpan time)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({time.TotalSeconds:F3}); COMMIT", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task CreateAsync(string server)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {Name}", connection);
        await command.ExecuteNonQueryAsync();
    }
}
