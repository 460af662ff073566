using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The role of a module loses a right on one of its tables.</summary>
internal sealed class RevokedRight : ICause
{
    private static readonly (string Right, string Table, string Slice)[] Rights =
    [
        ("INSERT", "orders.payment_attempts", "PayOrder"),
        ("SELECT", "orders.timeline", "GetOrderTimeline"),
        ("INSERT", "products.reservation_lines", "ReserveStock"),
        ("SELECT", "users.users", "Login"),
    ];

    public string Mechanism => Mechanisms.RevokedRight;

    public CausePlan Plan(SeededRandom dice, double size)
    {
        // A large one hits what many customers do.
        var (right, table, slice) = size < 0.3 ? Rights[1] : dice.Pick(Rights);
        return new(Mechanism, table, Scopes.Module, ShopMap.ModuleOf(table), size, new Dictionary<string, string> { ["right"] = right, ["slice"] = slice });
    }

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await Session.ExecuteAsync(arena, $"REVOKE {plan.Details["right"]} ON {plan.Place} FROM {plan.Target}", ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, Grant(plan)));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [$"{Grant(plan)}."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("command_duration_seconds", $"outcome=\"failed\" of {plan.Details["slice"]}, every time."),
        Seen.Metric("http_requests_total", "status=\"500\" of one route."),
        Seen.Log("request.broke", $"exception.message: permission denied for table {plan.Place.Split('.')[1]}."),
        Seen.Span($"{plan.Details["right"]} {plan.Place}", "db.response.status_code is 42501."),
        Seen.Sql("information_schema.table_privileges", $"{plan.Target} lacks {plan.Details["right"]} on {plan.Place}."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        $"command_duration_seconds: {plan.Details["slice"]} fails, and nothing else does.",
        "A failed trace: its last statement has db.response.status_code 42501.",
        $"request.broke: permission denied for table {plan.Place.Split('.')[1]}.",
        $"\\dp {plan.Place}: {plan.Target} has no {plan.Details["right"]}.",
    ];

    private static string Grant(CausePlan plan) => $"GRANT {plan.Details["right"]} ON {plan.Place} TO {plan.Target}";
}
