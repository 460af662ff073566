using Dapper;
using ECommerce.Incidents.Model;
using Npgsql;

namespace ECommerce.Incidents.Causes;

/// <summary>Sessions at the database that are not the host's.</summary>
internal static class Session
{
    private const int Attempts = 5;

    /// <summary>Opens a session as superuser under the name of a program, by which an operator finds it in <c>pg_stat_activity</c>.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(IArena arena, string program, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(arena.Administrator) { Pooling = false, ApplicationName = program, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    /// <summary>Runs SQL as superuser. A change of a table may meet customers in a deadlock, and is run again then.</summary>
    public static async Task ExecuteAsync(IArena arena, string sql, CancellationToken ct = default)
    {
        await using var connection = await OpenAsync(arena, "psql", ct);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: ct));
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Attempts)
            {
                // Nothing of it has happened.
            }
        }
    }

    /// <summary>Ends sessions of the host's login, so that its pools have to log in again.</summary>
    /// <param name="arena">The shop.</param>
    /// <param name="kept">How many sessions stay.</param>
    /// <param name="ct">Cancels it.</param>
    public static Task EndOfHostAsync(IArena arena, int kept, CancellationToken ct) => ExecuteAsync(arena,
        $"SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE usename = '{arena.Login}' ORDER BY backend_start OFFSET {kept}) AS session", ct);
}
