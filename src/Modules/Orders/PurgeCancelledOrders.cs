namespace ECommerce.Orders;

/// <summary>
/// A periodic job that deletes orders which were cancelled and never paid, with their lines, timeline, declined payment attempts and the
/// provider's entries of those. An order with a payment is marked and kept. An order with undelivered events waits.
/// </summary>
internal sealed class PurgeCancelledOrders(
    OrdersDb db, OrdersMetrics metrics, IOptions<OrdersOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("purge cancelled orders", options.Value.PurgeInterval, clock, loggers)
{
    // Small, so that a batch takes milliseconds and several hosts can share the work.
    private const int Batch = 100;

    private readonly TimeProvider _clock = clock;

    private sealed record Purged(int Seen, int Deleted);

    protected override async Task RunAsync(CancellationToken ct)
    {
        var before = _clock.Now() - options.Value.CancelledRetention;
        Purged purged;
        do
        {
            purged = (await db.SingleOrDefaultAsync<Purged>(Purge, new { Before = before, Batch }, ct))!;
            metrics.Purged(purged.Deleted);
        }
        while (purged.Seen == Batch);
    }

    // Orders that another host deletes are locked and skipped.
    private const string Purge = """
        WITH due AS (
          SELECT id, EXISTS (SELECT FROM orders.payment_attempts WHERE order_id = orders.id AND state <> 'declined') AS is_kept
          FROM orders.orders
          WHERE status = 'cancelled' AND NOT is_kept AND updated_at < @Before
            AND NOT EXISTS (SELECT FROM orders.outbox WHERE aggregate_id = orders.id)
          ORDER BY updated_at
          LIMIT @Batch
          FOR UPDATE SKIP LOCKED),
        kept AS (
          UPDATE orders.orders AS placed SET is_kept = true
          FROM due
          WHERE placed.id = due.id AND due.is_kept),
        declined AS (
          DELETE FROM orders.payment_attempts AS attempt USING due
          WHERE attempt.order_id = due.id AND NOT due.is_kept
          RETURNING attempt.id),
        entries AS (
          DELETE FROM orders.provider_ledger AS entry USING declined
          WHERE entry.attempt_id = declined.id),
        timeline AS (
          DELETE FROM orders.timeline AS entry USING due
          WHERE entry.order_id = due.id AND NOT due.is_kept),
        lines AS (
          DELETE FROM orders.order_lines AS line USING due
          WHERE line.order_id = due.id AND NOT due.is_kept),
        purged AS (
          DELETE FROM orders.orders AS placed USING due
          WHERE placed.id = due.id AND NOT due.is_kept)
        SELECT count(*)::int AS seen, (count(*) FILTER (WHERE NOT is_kept))::int AS deleted FROM due
        """;
}
