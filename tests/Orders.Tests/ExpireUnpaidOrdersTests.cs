namespace ECommerce.Orders.Tests;

public sealed class ExpireUnpaidOrdersTests
{
    [Fact]
    public async Task An_order_that_is_not_paid_in_time_cancels_itself_and_a_paid_one_does_not()
    {
        await using var shop = await OwnShop.StartAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var unpaid = await shop.Given.AnOrderAsync(customer, (product, 1));
        var paid = await shop.Given.APaidOrderAsync(customer, (product, 2));
        await shop.BecomesAsync(paid, "paid");
        await shop.SettleAsync();

        shop.Clock.Advance(TimeSpan.FromMinutes(29));
        var young = await shop.Given.AnOrderAsync(customer, (product, 3));
        await TwoRoundsAsync(shop);
        (await shop.StatusOfAsync(unpaid)).ShouldBe("placed");
        shop.Clock.Advance(TimeSpan.FromMinutes(2));

        await shop.BecomesAsync(unpaid, "cancelled");
        await TwoRoundsAsync(shop);
        (await shop.StatusOfAsync(paid)).ShouldBe("paid");
        (await shop.StatusOfAsync(young)).ShouldBe("placed");
        (await shop.StockOfAsync(product)).ShouldBe((8, 3));
        (await shop.MetricsAsync())["""orders_transitions_total{from="placed",to="cancelled"}"""].ShouldBe(1 + 4);
    }

    [Fact]
    public async Task A_payment_that_is_under_way_keeps_its_order()
    {
        await using var shop = await OwnShop.StartAsync(("Payments:SlowAnswer", "01:00:00"));
        var (waiting, other) = (await shop.Given.AnOrderAsync(), await shop.Given.AnOrderAsync());
        (await shop.PayAsync(waiting, "slow_card")).Status.ShouldBe(202);

        shop.Clock.Advance(TimeSpan.FromMinutes(31));

        await shop.BecomesAsync(other, "cancelled");
        (await shop.StatusOfAsync(waiting)).ShouldBe("payment_pending");
        shop.Clock.Advance(TimeSpan.FromMinutes(30));
        await shop.BecomesAsync(waiting, "paid");
    }

    // An order that is due shows that a round has come by; the one after it has seen everything that was there before.
    private static async Task TwoRoundsAsync(OwnShop shop)
    {
        for (var round = 0; round < 2; round++)
        {
            var due = await shop.Given.AnOrderAsync();
            await shop.RowsAsync("UPDATE orders.orders SET pay_by = pay_by - interval '31 minutes' WHERE id = @Id", new { due.Id });
            await shop.BecomesAsync(due, "cancelled");
        }
    }
}
