using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The password of the host's login has expired, or is another one. Open sessions stay until the server ends them.</summary>
internal sealed class ExpiredCredential : ICause
{
    private const string Expired = "expired";

    public string Mechanism => Mechanisms.ExpiredCredential;

    public CausePlan Plan(SeededRandom dice, double size) => new(
        Mechanism, ShopMap.DatabaseLogin, Scopes.All, null, size, new Dictionary<string, string> { ["how"] = dice.Chance(0.5) ? Expired : "changed" });

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await Session.ExecuteAsync(arena, $"ALTER ROLE {arena.Login} {(plan.Details["how"] == Expired ? "VALID UNTIL '2020-01-01'" : $"PASSWORD '{Guid.NewGuid():N}'")}", ct);
        await Session.EndOfHostAsync(arena, kept: (int)plan.Between(6, 0), ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, $"ALTER ROLE {arena.Login} VALID UNTIL 'infinity' PASSWORD '{arena.LoginPassword}'"));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => plan.Details["how"] == Expired
        ? ["ALTER ROLE shop VALID UNTIL 'infinity'."]
        : ["ALTER ROLE shop PASSWORD with the password of the host's connection string."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "status=\"500\" of all modules."),
        Seen.Metric("postgresql_backends", "It falls, or is no longer read."),
        Seen.Metric("health_check_status", "The check database is unhealthy."),
        Seen.Log("request.broke", "exception.message: 28P01, password authentication failed for the host's login."),
        Seen.Log("round.failed", "Periodic jobs fail with the same exception."),
        Seen.Sql("pg_roles", plan.Details["how"] == Expired ? "rolvaliduntil of the login is in the past." : "The role may log in, and the server's log names a wrong password."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: requests of all modules that need the database fail.",
        "request.broke: SQLSTATE 28P01, password authentication failed.",
        "psql with the administrator's connection string works: the server is well.",
        plan.Details["how"] == Expired ? "pg_roles: rolvaliduntil of the login is in the past." : "pg_roles: rolvaliduntil is empty, so that the password is another one.",
    ];
}
