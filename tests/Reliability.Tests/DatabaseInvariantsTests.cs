using Dapper;
using ECommerce.Audit;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>The auditor is trusted because it was seen to find every kind of fraud.</summary>
public sealed class DatabaseInvariantsTests(ITestOutputHelper output)
{
    private static readonly (string Fraud, string Finding)[] Cases =
    [
        ("UPDATE products.stock SET on_hand = on_hand + 1", "are not the 10 that came in"),
        ("UPDATE products.stock SET reserved = reserved + 1", "are reserved, and reservations hold"),
        ("ALTER TABLE products.stock DROP CONSTRAINT no_more_is_reserved_than_there_is; UPDATE products.stock SET reserved = on_hand + 1", "are reserved, cannot be"),
        ("ALTER TABLE products.stock DROP CONSTRAINT stock_on_hand_check, DROP CONSTRAINT no_more_is_reserved_than_there_is; UPDATE products.stock SET on_hand = -1", "-1 on hand"),
        ("UPDATE products.reservations SET state = 'claimed'", "is paid and its stock is claimed"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'reserved', now() - interval '2 s', now() - interval '1 s')", "has not lapsed in time"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'claimed', now(), now() + interval '1 h')", "is claimed and has no order"),
        ("DELETE FROM products.reservation_lines; DELETE FROM products.reservations", "is paid and its stock is not reserved"),
        ("UPDATE orders.orders SET placed_at = placed_at - interval '8 days'; DELETE FROM products.reservation_lines; DELETE FROM products.reservations", "is paid and its stock is not reserved"),
        ("UPDATE orders.orders SET status = 'cancelled'; DELETE FROM products.reservation_lines; DELETE FROM products.reservations", "is cancelled and its stock is not reserved"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'released', now(), now() + interval '1 h')", "is released and has no order"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'committed', now() - interval '9 days', now() - interval '8 days')", "is committed and has no order"),
        ("UPDATE orders.orders SET total = total + 1", "and its lines"),
        ("UPDATE orders.orders SET currency = 'JPY'", "is in JPY, and the books are in EUR"),
        ("UPDATE products.products SET currency = 'JPY'", "is priced in JPY, and the books are in EUR"),
        ("UPDATE products.reservations SET currency = 'JPY'", "is in JPY, and its order in EUR"),
        ("UPDATE orders.orders SET version = version + 1", "and its timeline ends"),
        ("DELETE FROM orders.timeline WHERE seq = 2", "after 2 entries"),
        ("UPDATE orders.timeline SET status = 'shipped' WHERE seq = 2", "went from placed to shipped"),
        ("UPDATE orders.timeline SET event_id = (SELECT event_id FROM orders.timeline WHERE seq = 1)", "is told 3 times"),
        ("DELETE FROM products.inbox WHERE handler = 'CommitReservation'", "is paid, and CommitReservation has not handled it"),
        ("INSERT INTO products.inbox VALUES (gen_random_uuid(), 'ClaimReservation', now())", "which no order has told"),
        ("ALTER TABLE orders.payment_attempts DROP CONSTRAINT payment_attempts_order_id_fkey; UPDATE orders.payment_attempts SET order_id = gen_random_uuid()", "which is not there"),
        (ChargedTwice, "was charged 2 times"),
        ("DELETE FROM orders.provider_ledger", "and not in the ledger"),
        ("UPDATE orders.provider_ledger SET refunded_at = now()", "the ledger has refunded of"),
        ("UPDATE orders.provider_ledger SET amount = amount + 1", "and the ledger holds"),
        ("INSERT INTO orders.provider_ledger VALUES (gen_random_uuid(), 'captured', 1, now(), now())", "of which orders say nothing"),
        ("INSERT INTO orders.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', '{}', now(), 'infinity')", "is still on its way"),
        ("INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at, dead_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', '{}', now(), now(), now())", "is a dead letter"),
        ("CREATE SCHEMA reviews; CREATE TABLE reviews.outbox (LIKE orders.outbox INCLUDING DEFAULTS); INSERT INTO reviews.outbox (seq, id, aggregate_id, type, payload, occurred_at, next_attempt_at, dead_at) VALUES (1, gen_random_uuid(), gen_random_uuid(), 'of a module that nobody named', '{}', now(), now(), now())", "of a module that nobody named is a dead letter"),
    ];

    private const string ProductWithoutStock = """
        WITH product AS (
            INSERT INTO products.products SELECT gen_random_uuid(), 'EMPTY', name, description, category, price, 1, created_at, updated_at FROM products.products LIMIT 1
            RETURNING id)
        INSERT INTO products.stock (product_id, on_hand) SELECT id, 0 FROM product
        """;

    // The second charge is given back at once, so that in the end the ledger holds what it should.
    private const string ChargedTwice = """
        DROP INDEX orders.payment_attempts_one_captured;
        WITH attempt AS (
            INSERT INTO orders.payment_attempts SELECT gen_random_uuid(), order_id, method, amount, 'refunded', started_at, finished_at FROM orders.payment_attempts
            RETURNING id)
        INSERT INTO orders.provider_ledger SELECT attempt.id, 'captured', amount, decided_at, answers_at, now() FROM orders.provider_ledger, attempt
        """;

    [Fact]
    public async Task Every_kind_of_imbalance_is_found()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        await host.Given.APaidOrderAsync();
        await site.BalanceAsync();

        await using var connection = new NpgsqlConnection(site.ConnectionString);
        await connection.OpenAsync();
        foreach (var (fraud, finding) in Cases)
        {
            await using var undone = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(fraud);
            (await connection.QueryAsync<string>(DatabaseInvariants.Findings(await DatabaseInvariants.ModulesAsync(connection))))
                .ShouldContain(found => found.Contains(finding, StringComparison.Ordinal), fraud);
        }
    }

    [Fact]
    public async Task A_product_that_began_without_stock_is_in_balance()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        await host.Given.APaidOrderAsync();
        await site.BalanceAsync();
        await using var connection = new NpgsqlConnection(site.ConnectionString);
        await connection.ExecuteAsync(ProductWithoutStock);

        (await connection.QueryAsync<string>(DatabaseInvariants.Findings(await DatabaseInvariants.ModulesAsync(connection)))).ShouldBeEmpty();
    }
}
