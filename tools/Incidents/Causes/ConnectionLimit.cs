using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The host's login may have few sessions, and those beyond the limit end.</summary>
internal sealed class ConnectionLimit : ICause
{
    public string Mechanism => Mechanisms.ConnectionLimit;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.DatabaseConnections, Scopes.All, null, size);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var limit = (int)plan.Between(8, 3);
        await Session.ExecuteAsync(arena, $"ALTER ROLE {arena.Login} CONNECTION LIMIT {limit}", ct);
        await Session.EndOfHostAsync(arena, kept: limit, ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, $"ALTER ROLE {arena.Login} CONNECTION LIMIT -1"));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => ["ALTER ROLE shop CONNECTION LIMIT -1."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "Some requests of all modules fail, more of them under load."),
        Seen.Metric("postgresql_backends", "The sum does not rise above the limit."),
        Seen.Metric("postgresql_connection_max", "It is far away."),
        Seen.Log("request.unavailable", "Requests that found no connection."),
        Seen.Log("request.broke", "exception.message: 53300, too many connections for role."),
        Seen.Sql("pg_roles", "rolconnlimit of the host's login is small."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: some requests of all modules fail.",
        "The exceptions of their log lines: SQLSTATE 53300, too many connections for role.",
        "postgresql_backends is far below postgresql_connection_max, so that the server has room.",
        "pg_roles: rolconnlimit of the host's login.",
    ];
}
