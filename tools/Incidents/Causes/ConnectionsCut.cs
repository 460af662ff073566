using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A firewall loses its connections while it reads new rules: connections to the database end in the middle of an exchange.</summary>
internal sealed class ConnectionsCut : ICause
{
    private const string Program = "firewall-reload";

    public string Mechanism => Mechanisms.ConnectionsCut;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.DatabaseNetwork, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var share = plan.Between(0.01, 0.08);
        arena.ToDatabase.Tear(() => Random.Shared.NextDouble() < share);
        return Task.FromResult<IAsyncDisposable>(Neighbours.StandFor(arena, Program, () => arena.ToDatabase.Tear(() => false)));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [Neighbours.Cure(Program)];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "Some requests of all modules fail, a constant share of them."),
        Seen.Metric("database_retries_total", "Statements run a second time because their connection ended."),
        Seen.Log("request.unavailable", "The exception is an NpgsqlException about the stream."),
        Seen.Span("{operation} {table}", "error.type of statements that ended with their connection."),
        Seen.Machine("processes", $"{Program} runs since the beginning."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: a share of the requests of all modules fails.",
        "request.unavailable: the connection to the database ended while its answer was read.",
        "PostgreSQL runs since before, and pg_stat_activity shows no end of sessions by an administrator.",
        $"ps -ef: {Program} began when it began.",
    ];
}
