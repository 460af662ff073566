using Dapper;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>The turn at the migrations, held by the test until it is disposed.</summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const long Key = 0x65636f6d6d657263; // the shop's own

    private readonly NpgsqlConnection _connection;

    private MigrationLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<MigrationLock> TakeAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"SELECT pg_advisory_lock({Key})");
        return new(connection);
    }

    /// <summary>Until so many hosts wait for it.</summary>
    public Task IsWaitedForAsync(int hosts) => Eventually.TrueAsync(async () => hosts == await _connection.ExecuteScalarAsync<int>("""
        SELECT count(*)::int FROM pg_locks
        WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """), "the hosts wait for their turn");

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
