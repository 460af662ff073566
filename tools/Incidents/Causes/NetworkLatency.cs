using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A copy of the database fills the line between host and database, so that every packet on it is late.</summary>
internal sealed class NetworkLatency : ICause
{
    private const string Program = "copy-database";

    public string Mechanism => Mechanisms.NetworkLatency;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.DatabaseNetwork, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        arena.ToDatabase.Delay(TimeSpan.FromMilliseconds(plan.Between(10, 120)));
        return Task.FromResult<IAsyncDisposable>(Neighbours.StandFor(arena, Program, () => arena.ToDatabase.Delay(TimeSpan.Zero)));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [Neighbours.Cure(Program)];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("database_query_duration_seconds", "Statements of all modules are slower by the same time."),
        Seen.Metric("command_duration_seconds", "Commands with many statements are slower than those with one."),
        Seen.Span("{operation} {table}", "Also a statement that reads one row by its key takes that time."),
        Seen.Sql("EXPLAIN ANALYZE", "The statements themselves are fast on the server."),
        Seen.Machine("processes", $"{Program} runs since the beginning."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "database_query_duration_seconds: all modules and all operations are slower by the same time.",
        "A trace: every statement has that time, BEGIN and COMMIT included.",
        "EXPLAIN ANALYZE: on the server the same statements take a millisecond.",
        $"ps -ef: {Program} began when it began.",
    ];
}
