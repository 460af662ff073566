using Dapper;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;
using Npgsql;

namespace ECommerce.Incidents.Causes;

/// <summary>A job locks reservations before stock, while the shop locks stock before reservations.</summary>
internal sealed class Deadlock : ICause
{
    private const string Program = "stock-import";

    public string Mechanism => Mechanisms.Deadlock;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "products/ReserveStock", Scopes.Module, "products", size);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var session = await Session.OpenAsync(arena, Program, ct);
        var pause = TimeSpan.FromSeconds(plan.Between(3, 0.5));
        // PostgreSQL ends the transaction that looks for a deadlock first, and this one never looks.
        await session.ExecuteAsync(new CommandDefinition("SET deadlock_timeout = '1h'", cancellationToken: ct));
        return Effect.Working(async () => await session.DisposeAsync(), e => e is NpgsqlException or InvalidOperationException, async end =>
        {
            while (true)
            {
                await session.ExecuteAsync(new CommandDefinition("BEGIN; LOCK TABLE products.reservations IN SHARE ROW EXCLUSIVE MODE", cancellationToken: end));
                await Task.Delay(TimeSpan.FromMilliseconds(300), end); // meanwhile orders lock their stock
                await session.ExecuteAsync(new CommandDefinition("SELECT FROM products.stock FOR UPDATE; COMMIT", cancellationToken: end));
                await Task.Delay(pause, end);
            }
        });
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"End the session of {Program}: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{Program}'."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("postgresql_deadlocks_total", "It grows; usually there is none."),
        Seen.Metric("database_retries_total", "reason=\"lost_race\" of products: transactions run a second time."),
        Seen.Log("database.retried", "A statement of products failed with SQLSTATE 40P01."),
        Seen.Span("ReserveStock", "A second is spent in the INSERT into products.reservations, and then the transaction begins again."),
        Seen.Sql("pg_locks", $"{Program} holds ShareRowExclusiveLock on products.reservations and waits for rows of products.stock."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "postgresql_deadlocks_total grows.",
        "database_retries_total says which module: products.",
        "A trace of ReserveStock shows the statement that waited: the INSERT into products.reservations.",
        $"pg_stat_activity: {Program} locks products.reservations first and products.stock second, the other way round.",
    ];
}
