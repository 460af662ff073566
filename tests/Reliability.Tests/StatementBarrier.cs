using Dapper;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>
/// A place in the database that nobody gets past until the test opens it: a trigger waits for a lock that the gate's own connection holds.
/// The product knows nothing of it.
/// </summary>
internal sealed class StatementBarrier : IAsyncDisposable
{
    private static int Last;

    private readonly NpgsqlConnection _connection;
    private readonly int _number = Interlocked.Increment(ref Last);

    private StatementBarrier(NpgsqlConnection connection, string module) => (_connection, Module) = (connection, module);

    /// <summary>The module that is held up, by the schema of its table.</summary>
    public string Module { get; }

    /// <param name="connectionString">The shop's database.</param>
    /// <param name="change">What waits: <c>INSERT ON orders.orders</c>.</param>
    /// <param name="when">Only for rows of which this is true: <c>NEW.status = 'paid'</c>.</param>
    public static async Task<StatementBarrier> CloseAsync(string connectionString, string change, string when = "true")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        var gate = new StatementBarrier(connection, change.Split(" ON ")[1].Split('.')[0]);
        await connection.ExecuteAsync($"""
            SELECT pg_advisory_lock({gate._number});
            CREATE FUNCTION public.gate_{gate._number}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock_shared({gate._number});
                RETURN COALESCE(NEW, OLD);
            END $$;
            CREATE TRIGGER gate_{gate._number} BEFORE {change} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION public.gate_{gate._number}();
            """);
        return gate;
    }

    /// <summary>Until somebody stands before it.</summary>
    public Task IsReachedAsync() => Eventually.TrueAsync(() => _connection.ExecuteScalarAsync<bool>($"""
        SELECT EXISTS (SELECT FROM pg_locks
                       WHERE locktype = 'advisory' AND objid = {_number} AND NOT granted
                         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """), "the host hangs at the gate");

    /// <summary>Ends the sessions that stand before it: a backend that waits for a lock does not notice that its client is gone.</summary>
    public Task EndSessionsAsync() => _connection.ExecuteAsync($"""
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objid = {_number} AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """);

    /// <summary>Lets everybody pass, now and later.</summary>
    public Task OpenAsync() => _connection.ExecuteAsync($"SELECT pg_advisory_unlock({_number})");

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
