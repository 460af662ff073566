using Dapper;
using Npgsql;

namespace ECommerce.Audit;

/// <summary>
/// The database invariants of the shop: stock equals reservations, reservations match orders, orders match their timeline, both match the
/// payment provider's ledger, and every event reached its handlers.
/// </summary>
internal static class DatabaseInvariants
{
    /// <summary>
    /// The modules of a database: every schema that holds an outbox, which may be a foreign table where the modules have databases of their
    /// own. A module that is added to the shop is audited without being named here.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ModulesAsync(NpgsqlConnection connection) => (await connection.QueryAsync<string>(SelectModules)).AsList();

    /// <summary>
    /// Returns a sentence for each violated invariant. One statement, so that it reads one snapshot of all modules. The shop deletes
    /// rows that ended without a sale after their retention; within it, nothing may be missing. The retention is the default of seven days,
    /// or the session's setting <c>audit.retention</c>.
    /// </summary>
    public static string Findings(IEnumerable<string> modules) => $$"""
        WITH retention AS (
            SELECT now() - coalesce(nullif(current_setting('audit.retention', true), '')::interval, interval '7 days') AS kept_since),
        line AS (
            SELECT line.product_id, line.quantity, reservation.state
            FROM products.reservations AS reservation JOIN products.reservation_lines AS line ON line.reservation_id = reservation.id),
        shelf AS (
            SELECT product_id, on_hand, reserved,
                   (SELECT coalesce(sum(delta), 0) FROM products.stock_adjustments AS adjustment WHERE adjustment.product_id = stock.product_id) AS stocked,
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
        step AS (
            SELECT order_id, seq, status, lag(status) OVER (PARTITION BY order_id ORDER BY seq) AS before
            FROM orders.timeline),
        waiting AS (
            {{string.Join(" UNION ALL ", modules.Select(module => $"SELECT id, type, dead_at FROM {module}.outbox"))}}),
        listener AS (
            SELECT timeline.order_id, timeline.event_id, timeline.status, timeline.at, expected.handler
            FROM orders.timeline JOIN (VALUES ('placed', 'ClaimReservation'), ('paid', 'CommitReservation'), ('cancelled', 'ReleaseReservation'))
                AS expected (status, handler) ON expected.status = timeline.status
            WHERE timeline.status <> 'placed' OR timeline.seq = 1)

        SELECT format('%s: %s on hand and %s sold are not the %s that came in', product_id, on_hand, sold, stocked)
        FROM shelf WHERE on_hand + sold IS DISTINCT FROM stocked
        UNION ALL
        SELECT format('%s: %s are reserved, and reservations hold %s', product_id, reserved, held)
        FROM shelf WHERE reserved <> held
        UNION ALL
        SELECT format('%s: %s on hand, of which %s are reserved, cannot be', product_id, on_hand, reserved)
        FROM shelf WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand
        UNION ALL
        SELECT format('reservation %s has no order and has not lapsed in time', id)
        FROM products.reservations
        WHERE state = 'reserved' AND lapses_at < now() AND NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = reservations.id)
        UNION ALL
        SELECT format('reservation %s is %s and has no order', id, state)
        FROM products.reservations
        WHERE state NOT IN ('reserved', 'lapsed') AND NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = reservations.id)
          AND NOT (state IN ('released', 'lost') AND reserved_at < (SELECT kept_since FROM retention))
        UNION ALL
        SELECT format('order %s is %s and its stock is %s', orders.id, orders.status, coalesce(reservation.state, 'not reserved'))
        FROM orders.orders LEFT JOIN products.reservations AS reservation ON reservation.id = orders.id
        WHERE coalesce(reservation.state, '') <> ALL (CASE
            WHEN orders.status IN ('placed', 'payment_pending') THEN ARRAY['claimed']
            WHEN orders.status = 'cancelled' THEN ARRAY['released', 'lapsed', 'lost']
            ELSE ARRAY['committed'] END)
          AND NOT (orders.status = 'cancelled' AND reservation.id IS NULL AND orders.placed_at < (SELECT kept_since FROM retention))
        UNION ALL
        SELECT format('order %s costs %s and its lines %s', id, total, (SELECT sum(quantity * unit_price) FROM orders.order_lines WHERE order_id = id))
        FROM orders.orders WHERE total IS DISTINCT FROM (SELECT sum(quantity * unit_price) FROM orders.order_lines WHERE order_id = id)
        UNION ALL
        SELECT format('order %s is in %s, and the books are in %s', orders.id, orders.currency, books.currency)
        FROM orders.orders CROSS JOIN orders.books AS books WHERE orders.currency <> books.currency
        UNION ALL
        SELECT format('product %s is priced in %s, and the books are in %s', product.id, product.currency, books.currency)
        FROM products.products AS product CROSS JOIN products.books AS books WHERE product.currency <> books.currency
        UNION ALL
        SELECT format('reservation %s is in %s, and its order in %s', reservation.id, reservation.currency, orders.currency)
        FROM products.reservations AS reservation JOIN orders.orders ON orders.id = reservation.id WHERE reservation.currency <> orders.currency
        UNION ALL
        SELECT format('order %s is %s in version %s, and its timeline ends %s after %s entries', id, orders.status, version, story.status, entries)
        FROM orders.orders LEFT JOIN story ON story.order_id = orders.id
        WHERE (orders.status, orders.version, orders.version) IS DISTINCT FROM (story.status, story.seq, story.entries::int)
        UNION ALL
        SELECT format('order %s went from %s to %s', order_id, coalesce(before, 'nothing'), status)
        FROM step WHERE (coalesce(before, ''), status) NOT IN (
            ('', 'placed'), ('placed', 'payment_pending'), ('payment_pending', 'paid'), ('payment_pending', 'placed'), ('paid', 'shipped'),
            ('shipped', 'delivered'), ('placed', 'cancelled'), ('paid', 'cancelled'))
        UNION ALL
        SELECT format('the ledger has %s of attempt %s, of which orders say %s', outcome, attempt_id, coalesce(state, 'nothing'))
        FROM money WHERE state IS DISTINCT FROM outcome
        UNION ALL
        SELECT format('attempt %s is %s and not in the ledger', id, state)
        FROM orders.payment_attempts WHERE NOT EXISTS (SELECT FROM orders.provider_ledger WHERE attempt_id = id)
        UNION ALL
        SELECT format('attempt %s pays for order %s, which is not there', id, order_id)
        FROM orders.payment_attempts WHERE NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = order_id)
        UNION ALL
        SELECT format('order %s is %s for %s, and the ledger holds %s', id, status, total, held)
        FROM orders.orders CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(amount), '{}') AS held FROM money WHERE order_id = id AND outcome = 'captured') AS kept
        WHERE held <> CASE WHEN status IN ('paid', 'shipped', 'delivered') THEN ARRAY[total] ELSE '{}' END
        UNION ALL
        SELECT format('order %s was charged %s times', order_id, count(*))
        FROM money WHERE outcome <> 'declined' AND order_id IS NOT NULL GROUP BY order_id HAVING count(*) > 1
        UNION ALL
        SELECT format('order %s is %s, and %s has not handled it', order_id, status, handler)
        FROM listener
        WHERE at >= (SELECT kept_since FROM retention)
          AND NOT EXISTS (SELECT FROM products.inbox WHERE message_id = event_id AND inbox.handler = listener.handler)
          AND NOT EXISTS (SELECT FROM waiting WHERE waiting.id = event_id)
        UNION ALL
        SELECT format('%s has handled %s, which no order has told', handler, message_id)
        FROM products.inbox
        WHERE handled_at >= (SELECT kept_since FROM retention) AND NOT EXISTS (SELECT FROM orders.timeline WHERE event_id = message_id)
        UNION ALL
        SELECT format('event %s is told %s times', event_id, count(*))
        FROM orders.timeline GROUP BY event_id HAVING count(*) > 1
        UNION ALL
        SELECT format('%s is still on its way', type)
        FROM waiting WHERE dead_at IS NULL
        UNION ALL
        SELECT format('%s is a dead letter', type)
        FROM waiting WHERE dead_at IS NOT NULL
        """;

    /// <summary>Work in progress: undelivered events, stock of unclaimed reservations, payments and refunds without an outcome.</summary>
    public static string Unsettled(IEnumerable<string> modules) => $"""
        SELECT {string.Join(" + ", modules.Select(module => $"(SELECT count(*) FROM {module}.outbox WHERE dead_at IS NULL)"))}
             + (SELECT count(*) FROM products.reservations WHERE state = 'reserved')
             + (SELECT count(*) FROM orders.payment_attempts WHERE state IN ('pending', 'refund_pending'))
        """;

    /// <summary>The numbers of audited rows.</summary>
    public static string Totals(IEnumerable<string> modules) => $"""
        SELECT (SELECT count(*) FROM orders.orders) AS orders,
               (SELECT count(*) FROM orders.payment_attempts) AS payments,
               (SELECT count(*) FROM orders.provider_ledger WHERE outcome = 'captured') AS charges,
               (SELECT count(*) FROM orders.provider_ledger WHERE refunded_at IS NOT NULL) AS refunds,
               {string.Join(" + ", modules.Select(module => $"(SELECT count(*) FROM {module}.inbox)"))} AS events,
               (SELECT count(*) FROM users.users) AS users,
               (SELECT count(*) FROM products.stock_adjustments) AS adjustments
        """;

    private const string SelectModules = """
        SELECT namespace.nspname
        FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
        WHERE class.relname = 'outbox' AND class.relkind IN ('r', 'f')
        ORDER BY namespace.nspname
        """;
}
