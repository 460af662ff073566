using Dapper;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;
using Npgsql;

namespace ECommerce.Incidents.Causes;

/// <summary>A report locks a table, works on, and comes back soon.</summary>
internal sealed class LockContention : ICause
{
    private const string Program = "revenue-report";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public string Mechanism => Mechanisms.LockContention;

    public CausePlan Plan(SeededRandom dice, double size)
    {
        var table = dice.Pick((string[])["orders.orders", "products.stock", "orders.payment_attempts"]);
        return new(Mechanism, table, Scopes.Module, ShopMap.ModuleOf(table), size);
    }

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var session = await Session.OpenAsync(arena, Program, ct);
        var held = TimeSpan.FromSeconds(plan.Between(0.8, 4));
        // An operator ends the session, or its statement.
        return Effect.Working(async () => await session.DisposeAsync(), e => e is NpgsqlException or InvalidOperationException, async end =>
        {
            while (true)
            {
                await session.ExecuteAsync(new CommandDefinition($"BEGIN; LOCK TABLE {plan.Place} IN SHARE ROW EXCLUSIVE MODE", cancellationToken: end));
                await Task.Delay(held, end);
                await session.ExecuteAsync(new CommandDefinition("COMMIT", cancellationToken: end));
                await Task.Delay(Pause, end);
            }
        });
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"End the session of {Program}: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{Program}'."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("database_query_duration_seconds", $"Statements of {plan.Target} wait for seconds."),
        Seen.Metric("command_duration_seconds", $"Only commands that write to {plan.Place} are slow."),
        Seen.Span($"{{operation}} {plan.Place}", "The time of the slow traces is spent in this statement."),
        Seen.Sql("pg_locks", $"A transaction of {Program} holds ShareRowExclusiveLock on {plan.Place}, and sessions of the shop wait for it."),
        Seen.Sql("pg_stat_activity", $"{Program} is idle in transaction; sessions of the shop have wait_event_type Lock."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        $"command_duration_seconds: the slow commands are those that write to {plan.Place}.",
        "A slow trace: one statement takes nearly all of its time.",
        $"pg_stat_activity: the sessions of {plan.Target} wait with wait_event_type Lock.",
        $"pg_blocking_pids: all of them wait for the session of {Program}, which is idle in transaction.",
    ];
}
