using Dapper;

namespace ECommerce.Shared.Tests;

/// <summary>One statement on a connection of its own, which leaves nothing in a pool.</summary>
internal static class Sql
{
    public static async Task<T> AskAsync<T>(string connectionString, string statement)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        return (await connection.ExecuteScalarAsync<T>(statement))!;
    }

    public static Task RunAsync(string connectionString, string statement) => AskAsync<object?>(connectionString, statement);
}
