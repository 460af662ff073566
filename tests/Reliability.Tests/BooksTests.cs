using Dapper;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>The auditor is trusted because it was seen to find every kind of fraud.</summary>
public sealed class BooksTests(ITestOutputHelper output)
{
    private static readonly (string Fraud, string Finding)[] Cases =
    [
        ("UPDATE products.stock SET on_hand = on_hand + 1", "are not the 10 that came in"),
        ("UPDATE products.stock SET reserved = reserved + 1", "are reserved, and reservations hold"),
        ("UPDATE products.reservations SET state = 'claimed'", "is paid and its stock is claimed"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'reserved', now() - interval '2 s', now() - interval '1 s')", "has not lapsed in time"),
        ("INSERT INTO products.reservations VALUES (gen_random_uuid(), gen_random_uuid(), 'claimed', now(), now() + interval '1 h')", "is claimed and has no order"),
        ("UPDATE orders.orders SET total = total + 1", "and its lines"),
        ("UPDATE orders.orders SET version = version + 1", "and its timeline ends"),
        ("DELETE FROM orders.timeline WHERE seq = 2", "after 2 entries"),
        ("DELETE FROM orders.provider_ledger", "and not in the ledger"),
        ("UPDATE orders.provider_ledger SET refunded_at = now()", "the ledger has refunded of"),
        ("UPDATE orders.provider_ledger SET amount = amount + 1", "and the ledger holds"),
        ("INSERT INTO orders.provider_ledger VALUES (gen_random_uuid(), 'captured', 1, now(), now())", "of which orders say nothing"),
        ("INSERT INTO orders.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', '{}', now(), 'infinity')", "is still on its way"),
        ("INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at, dead_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', '{}', now(), now(), now())", "is a dead letter"),
    ];

    [Fact]
    public async Task Every_kind_of_imbalance_is_found()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        await host.Given.APaidOrderAsync();
        await Books.BalanceAsync(site);

        await using var connection = new NpgsqlConnection(site.ConnectionString);
        await connection.OpenAsync();
        foreach (var (fraud, finding) in Cases)
        {
            await using var undone = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(fraud);
            (await connection.QueryAsync<string>(Books.Audit)).ShouldContain(found => found.Contains(finding, StringComparison.Ordinal), fraud);
        }
    }
}
