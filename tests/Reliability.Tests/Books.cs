using ECommerce.Testing;

namespace ECommerce.Reliability.Tests;

/// <summary>
/// The books of the shop, audited from its tables alone: stock against reservations, reservations against orders, orders against their
/// timeline, and both against the payment provider's ledger.
/// </summary>
internal static class Books
{
    /// <summary>Until the books balance; what does not balance in the end is the failure.</summary>
    public static Task BalanceAsync(Site site) => Eventually.PassesAsync(async () => (await site.ListAsync<string>(Audit)).ShouldBeEmpty());

    /// <summary>One sentence for each thing that is wrong. One statement, so that it sees one moment of all three modules.</summary>
    public const string Audit = """
        WITH line AS (
            SELECT line.product_id, line.quantity, reservation.state
            FROM products.reservations AS reservation JOIN products.reservation_lines AS line ON line.reservation_id = reservation.id),
        shelf AS (
            SELECT product_id, on_hand, reserved,
                   (SELECT sum(delta) FROM products.stock_adjustments AS adjustment WHERE adjustment.product_id = stock.product_id) AS stocked,
                   (SELECT coalesce(sum(quantity), 0) FROM line WHERE line.product_id = stock.product_id AND state = 'committed') AS sold,
                   (SELECT coalesce(sum(quantity), 0) FROM line WHERE line.product_id = stock.product_id AND state IN ('reserved', 'claimed')) AS held
            FROM products.stock),
        money AS (
            SELECT ledger.attempt_id, attempt.order_id, attempt.state, ledger.amount,
                   CASE WHEN ledger.refunded_at IS NOT NULL THEN 'refunded' ELSE ledger.outcome END AS outcome
            FROM orders.provider_ledger AS ledger LEFT JOIN orders.payment_attempts AS attempt ON attempt.id = ledger.attempt_id),
        story AS (
            SELECT DISTINCT ON (order_id) order_id, seq, status, count(*) OVER (PARTITION BY order_id) AS entries
            FROM orders.timeline
            ORDER BY order_id, seq DESC),
        waiting AS (
            SELECT type, dead_at FROM users.outbox
            UNION ALL SELECT type, dead_at FROM products.outbox
            UNION ALL SELECT type, dead_at FROM orders.outbox)

        SELECT format('%s: %s on hand and %s sold are not the %s that came in', product_id, on_hand, sold, stocked)
        FROM shelf WHERE on_hand + sold IS DISTINCT FROM stocked
        UNION ALL
        SELECT format('%s: %s are reserved, and reservations hold %s', product_id, reserved, held)
        FROM shelf WHERE reserved <> held
        UNION ALL
        SELECT format('reservation %s has no order and has not lapsed in time', id)
        FROM products.reservations
        WHERE state = 'reserved' AND lapses_at < now() AND NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = reservations.id)
        UNION ALL
        SELECT format('reservation %s is %s and has no order', id, state)
        FROM products.reservations
        WHERE state NOT IN ('reserved', 'lapsed') AND NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = reservations.id)
        UNION ALL
        SELECT format('order %s is %s and its stock is %s', orders.id, orders.status, coalesce(reservation.state, 'not reserved'))
        FROM orders.orders LEFT JOIN products.reservations AS reservation ON reservation.id = orders.id
        WHERE coalesce(reservation.state, '') <> ALL (CASE
            WHEN orders.status IN ('placed', 'payment_pending') THEN ARRAY['claimed']
            WHEN orders.status = 'cancelled' THEN ARRAY['released', 'lapsed', 'lost']
            ELSE ARRAY['committed'] END)
        UNION ALL
        SELECT format('order %s costs %s and its lines %s', id, total, (SELECT sum(quantity * unit_price) FROM orders.order_lines WHERE order_id = id))
        FROM orders.orders WHERE total IS DISTINCT FROM (SELECT sum(quantity * unit_price) FROM orders.order_lines WHERE order_id = id)
        UNION ALL
        SELECT format('order %s is %s in version %s, and its timeline ends %s after %s entries', id, orders.status, version, story.status, entries)
        FROM orders.orders LEFT JOIN story ON story.order_id = orders.id
        WHERE (orders.status, orders.version, orders.version) IS DISTINCT FROM (story.status, story.seq, story.entries::int)
        UNION ALL
        SELECT format('the ledger has %s of attempt %s, of which orders say %s', outcome, attempt_id, coalesce(state, 'nothing'))
        FROM money WHERE state IS DISTINCT FROM outcome
        UNION ALL
        SELECT format('attempt %s is %s and not in the ledger', id, state)
        FROM orders.payment_attempts WHERE NOT EXISTS (SELECT FROM orders.provider_ledger WHERE attempt_id = id)
        UNION ALL
        SELECT format('order %s is %s for %s, and the ledger holds %s', id, status, total, held)
        FROM orders.orders CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(amount), '{}') AS held FROM money WHERE order_id = id AND outcome = 'captured') AS kept
        WHERE held <> CASE WHEN status IN ('paid', 'shipped', 'delivered') THEN ARRAY[total] ELSE '{}' END
        UNION ALL
        SELECT format('%s %s', type, CASE WHEN dead_at IS NULL THEN 'is still on its way' ELSE 'is a dead letter' END)
        FROM waiting
        """;
}
