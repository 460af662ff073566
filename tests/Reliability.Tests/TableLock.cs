using Dapper;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>Keeps everybody out of a table, readers too, until it is disposed.</summary>
internal sealed class TableLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private TableLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<TableLock> TakeAsync(string connectionString, string table)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        return new(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
