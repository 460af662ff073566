using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The line to the database swallows all packets for a while, again and again.</summary>
internal sealed class BlackHole : ICause
{
    private const string Program = "switch-firmware-update";

    public string Mechanism => Mechanisms.BlackHole;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.DatabaseNetwork, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var (silence, pause) = (TimeSpan.FromSeconds(plan.Between(1.5, 5)), TimeSpan.FromSeconds(plan.Between(8, 3)));
        var program = arena.StartNeighbour("sh", "-c", "while sleep 1; do :; done", Program);
        return Task.FromResult<IAsyncDisposable>(Effect.Working(
            async () =>
            {
                await program.DisposeAsync();
                arena.ToDatabase.Mend();
            },
            _ => false,
            async end =>
            {
                while (!program.HasExited)
                {
                    arena.ToDatabase.Silence();
                    await Task.Delay(silence, end);
                    arena.ToDatabase.Mend();
                    await Task.Delay(pause, end);
                }
            }));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [Neighbours.Cure(Program)];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("database_circuit_openings_total", "reason=\"silent\" grows."),
        Seen.Metric("database_calls_abandoned", "Above 0 after each silence."),
        Seen.Metric("http_requests_total", "status=\"503\" of all modules, in waves."),
        Seen.Log("database.away", "Silent, and not unreachable."),
        Seen.Log("database.back", "How long each silence was."),
        Seen.Machine("processes", $"{Program} runs since the beginning."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: all modules answer 503, in waves.",
        "database.away: the database is silent; it refuses nothing.",
        "The server's own log shows no restart, and a session of psql is not disturbed.",
        $"ps -ef: {Program} began when it began.",
    ];
}
