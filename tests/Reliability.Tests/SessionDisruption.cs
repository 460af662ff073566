using System.Data;
using Dapper;
using ECommerce.Data;
using ECommerce.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>Changes the state of the idle sessions in a host's connection pools, as a proxy, an administrator or a leak would.</summary>
internal static class SessionDisruption
{
    // Less than a request waits for a connection.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs the statement in every idle session of each module's pool, and gives the sessions back.</summary>
    public static async Task RunInIdleSessionsAsync(this ShopFixture shop, string sql)
    {
        foreach (var module in ShopModules.Names)
        {
            var pool = shop.Services.GetRequiredService<ModuleDataSources>().For(module);
            var connections = await OpenIdleSessionsAsync(shop, module, pool);
            try
            {
                foreach (var connection in connections)
                    await RunUnlessEndedAsync(connection, sql);
            }
            finally
            {
                await GiveBackAsync(connections);
            }
        }
    }

    // The pool may give a session that the server has ended, and notices it here. Such a session is not idle, but gone.
    private static async Task RunUnlessEndedAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            await connection.ExecuteAsync(sql);
        }
        catch (NpgsqlException) when (connection.State is not ConnectionState.Open)
        {
        }
    }

    // A periodic job holds one connection of its module's pool while it asks for another: to wait for the last one would keep both waiting.
    private static async Task<IReadOnlyList<NpgsqlConnection>> OpenIdleSessionsAsync(ShopFixture shop, string module, NpgsqlDataSource pool)
    {
        while (true)
        {
            List<NpgsqlConnection> connections = [];
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                var idle = await shop.ScalarAsync<int>(CountIdle, new { Application = $"ecommerce-{module}" });
                while (connections.Count < Math.Max(1, idle))
                    connections.Add(await pool.OpenConnectionAsync(patience.Token));
                return connections;
            }
            catch (OperationCanceledException)
            {
                await GiveBackAsync(connections);
            }
        }
    }

    private static async Task GiveBackAsync(IReadOnlyList<NpgsqlConnection> connections)
    {
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }

    /// <summary>Ends every session of the host on its database, the listening ones included.</summary>
    public static Task<long> EndSessionsAsync(this ShopFixture shop) => shop.ScalarAsync<long>(EndSessions);

    // The session that listens never goes back to the pool.
    private const string CountIdle = """
        SELECT count(*)::int FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = @Application AND state = 'idle' AND query NOT LIKE 'LISTEN%'
        """;

    private const string EndSessions =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ecommerce-%'";
}
