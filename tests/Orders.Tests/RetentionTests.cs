using Xunit.Abstractions;

namespace ECommerce.Orders.Tests;

/// <summary>Rows that nobody needs any more are deleted; what the books need stays.</summary>
public sealed class RetentionTests(ITestOutputHelper output)
{
    private static readonly string[] Tables =
    [
        "orders.orders", "orders.order_lines", "orders.timeline", "orders.payment_attempts", "orders.provider_ledger", "orders.outbox",
        "products.reservations", "products.reservation_lines", "products.outbox", "products.inbox", "orders.inbox",
    ];

    [Fact]
    public async Task Ordering_and_cancelling_leaves_nothing_behind_and_what_was_sold_stays()
    {
        await using var shop = await OwnShop.StartAsync();
        var customer = await shop.Given.ACustomerAsync();
        var products = new List<Product>();
        for (var i = 0; i < 94; i++)
            products.Add(await shop.Given.AProductAsync(stock: 1000));
        var lines = products.Select(product => (product, 1)).ToArray();
        var bought = await shop.Given.APaidOrderAsync(customer, lines[0]);
        var refunded = await shop.Given.APaidOrderAsync(customer, lines[0]);
        await shop.SettleAsync();
        await shop.CancelAsync(refunded);
        var open = await shop.Given.AnOrderAsync(customer, lines[1]);
        await shop.RowsAsync("UPDATE orders.orders SET pay_by = pay_by + interval '30 days' WHERE id = @Id", new { open.Id });
        await shop.SettleAsync();

        for (var i = 0; i < 30; i++)
        {
            var order = await shop.Given.AnOrderAsync(customer, lines);
            if (i % 3 == 0)
                await shop.PayAsync(order, "declined_card");
            await shop.CancelAsync(order);
        }

        await shop.SettleAsync();
        output.WriteLine($"After 30 orders of 94 lines, ordered and cancelled: {await RowsOfAsync(shop)}");
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.orders WHERE status = 'cancelled'")).ShouldBe(31);

        shop.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(16));

        await Eventually.PassesAsync(async () =>
        {
            (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.orders")).ShouldBe(3);
            (await shop.ScalarAsync<long>("SELECT count(*) FROM products.reservations")).ShouldBe(2);
            (await shop.ScalarAsync<long>("SELECT (SELECT count(*) FROM products.inbox) + (SELECT count(*) FROM orders.inbox)")).ShouldBe(0);
        });
        output.WriteLine($"After the retention: {await RowsOfAsync(shop)}");
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.order_lines")).ShouldBe(3);
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.reservation_lines")).ShouldBe(2);
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.provider_ledger")).ShouldBe(2);
        (await shop.AttemptsOfAsync(bought)).ShouldBe(["captured"]);
        (await shop.AttemptsOfAsync(refunded)).ShouldBe(["refunded"]);
        (await shop.StoryOfAsync(refunded)).ShouldBe(["placed", "payment_pending", "paid", "cancelled"]);
        (await shop.StatusOfAsync(open)).ShouldBe("placed");
        (await shop.MetricsAsync())["orders_purged_total"].ShouldBe(30);
        (await shop.MetricsAsync())["stock_reservations_purged_total"].ShouldBe(31);
    }

    [Fact]
    public async Task An_order_whose_events_are_not_delivered_is_not_deleted()
    {
        await using var shop = await OwnShop.StartAsync();
        var (waiting, other) = (await shop.Given.AnOrderAsync(), await shop.Given.AnOrderAsync());
        await shop.CancelAsync(waiting);
        await shop.CancelAsync(other);
        await shop.SettleAsync();
        await shop.RowsAsync("""
            INSERT INTO orders.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at, dead_at)
            VALUES (gen_random_uuid(), @Id, 'orders.order-cancelled.v1', '{}', now(), now(), now())
            """, new { waiting.Id });

        shop.Clock.Advance(TimeSpan.FromDays(8));

        await Eventually.TrueAsync(async () => await shop.StatusOfOrNullAsync(other) is null);
        (await shop.StatusOfAsync(waiting)).ShouldBe("cancelled");
    }

    private static async Task<string> RowsOfAsync(ShopFixture shop)
    {
        var counts = new List<string>();
        foreach (var table in Tables)
            counts.Add($"{table} {await shop.ScalarAsync<long>($"SELECT count(*) FROM {table}")}");
        return string.Join(", ", counts);
    }
}
