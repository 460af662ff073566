using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>Events in the outbox of Orders that no handler can read. They hold back the later events of their orders.</summary>
internal sealed class PoisonMessage : ICause
{
    private const string Payload = """{"orderId": "unknown", "total": null, "at": "yesterday"}""";

    public string Mechanism => Mechanisms.PoisonMessage;

    public CausePlan Plan(SeededRandom dice, double size) => new(
        Mechanism, "orders.outbox", Scopes.Nobody, null, size,
        new Dictionary<string, string> { ["event"] = dice.Pick((string[])["orders.order-paid.v1", "orders.order-cancelled.v1", "orders.order-placed.v1"]) });

    // Of the last orders, where there are some.
    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await Session.ExecuteAsync(arena, $"""
            INSERT INTO orders.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at)
            SELECT gen_random_uuid(), coalesce(newest.id, gen_random_uuid()), '{plan.Details["event"]}', '{Payload}', now(), now()
            FROM generate_series(1, {(int)plan.Between(1, 12)}) AS n
            LEFT JOIN (SELECT id, row_number() OVER (ORDER BY placed_at DESC) AS place FROM orders.orders) AS newest ON newest.place = n
            """, ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, Delete));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [$"{Delete}: the relay cannot handle these rows, however often they are redriven."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("outbox_deliveries_total", $"outcome=\"retried\", then \"dead\", of {plan.Details["event"]}."),
        Seen.Metric("outbox_oldest_age_seconds", "It grows while the other events are delivered."),
        Seen.Metric("outbox_dead_letters", "Above 0 after ten attempts."),
        Seen.Log("event.failed", "exception.type JsonException, for the same messages again and again."),
        Seen.Log("outbox.dead_letter", "The messages that were given up."),
        Seen.Sql("orders.outbox", "attempts grows and last_error names the payload."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "outbox_deliveries_total: deliveries of one event are retried.",
        "event.failed: the payload cannot be read.",
        "GET /ops/outbox: the rows, their attempts and their last error.",
        "orders.outbox: their payload has no order id.",
    ];

    private const string Delete = """DELETE FROM orders.outbox WHERE payload->>'orderId' = 'unknown'""";
}
