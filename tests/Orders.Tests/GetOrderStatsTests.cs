namespace ECommerce.Orders.Tests;

public sealed class GetOrderStatsTests
{
    [Fact]
    public async Task Stats_add_up_what_was_ordered_earned_and_given_back()
    {
        await using var shop = await OwnShop.StartAsync();
        var admin = await shop.Given.AdminAsync();
        (await StatsAsync(shop, admin)).ShouldBe("""
            {"ordersPerMinute":0,"revenue":{"amount":0,"currency":"EUR"},"averageOrderValue":{"amount":0,"currency":"EUR"},"byStatus":{"placed":0,"payment_pending":0,"paid":0,"shipped":0,"delivered":0,"cancelled":0}}
            """);

        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(price: 10m, stock: 100));
        var refunded = await shop.Given.APaidOrderAsync(customer, (product, 5));
        var shipped = await shop.Given.APaidOrderAsync(customer, (product, 2));
        await shop.BecomesAsync(refunded, "paid");
        await shop.BecomesAsync(shipped, "paid");
        await shop.CancelAsync(refunded);
        await shop.ShipAsync(shipped);
        shop.Clock.Advance(TimeSpan.FromMinutes(6));
        await shop.Given.AnOrderAsync(customer, (product, 3));

        (await StatsAsync(shop, admin)).ShouldBe("""
            {"ordersPerMinute":0.2,"revenue":{"amount":20.00,"currency":"EUR"},"averageOrderValue":{"amount":25.00,"currency":"EUR"},"byStatus":{"placed":1,"payment_pending":0,"paid":0,"shipped":1,"delivered":0,"cancelled":1}}
            """);
        await Eventually.PassesAsync(async () =>
        {
            var metrics = await shop.MetricsAsync();
            metrics["""orders_current{status="placed"}"""].ShouldBe(1);
            metrics["""orders_current{status="cancelled"}"""].ShouldBe(1);
            metrics["""orders_current{status="paid"}"""].ShouldBe(0);
        });
        (await shop.GetAsync("/api/orders/stats", customer)).Status.ShouldBe(403);
        (await shop.GetAsync("/api/orders/stats")).Status.ShouldBe(401);
    }

    private static async Task<string> StatsAsync(ShopFixture shop, Customer admin) => (await shop.GetAsync("/api/orders/stats", admin)).Text;
}
