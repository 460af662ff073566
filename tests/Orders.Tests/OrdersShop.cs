namespace ECommerce.Orders.Tests;

/// <summary>One shop for all tests that neither move its clock nor count what is in it.</summary>
[CollectionDefinition(Name)]
public sealed class OneShop : ICollectionFixture<OrdersShop>
{
    public const string Name = "one shop";
}

public sealed class OrdersShop : ShopFixture
{
    // A busy machine may need its time for a card that answers at once.
    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Payments:Timeout"] = "00:00:01";
        settings["Payments:SlowAnswer"] = "00:00:02";
    }
}

/// <summary>What these tests do with an order, and where they look.</summary>
internal static class OrderSteps
{
    public static Task<Answer> PayAsync(this ShopFixture shop, Order order, string method = "card") =>
        shop.PostAsync($"/api/orders/{order.Id}/pay", new { method }, order.Customer);

    public static async Task<Answer> ShipAsync(this ShopFixture shop, Order order) =>
        await shop.PostAsync($"/api/orders/{order.Id}/ship", by: await shop.Given.AdminAsync());

    public static async Task<Answer> DeliverAsync(this ShopFixture shop, Order order) =>
        await shop.PostAsync($"/api/orders/{order.Id}/deliver", by: await shop.Given.AdminAsync());

    public static Task<Answer> CancelAsync(this ShopFixture shop, Order order) =>
        shop.PostAsync($"/api/orders/{order.Id}/cancel", by: order.Customer);

    public static string Status(this Answer answer) => answer.Body.GetProperty("status").GetString()!;

    /// <summary>Read where it is kept: the customer may be gone.</summary>
    public static async Task<string> StatusOfAsync(this ShopFixture shop, Order order) =>
        (await shop.ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { order.Id }))!;

    /// <summary>Null when the order was deleted.</summary>
    public static Task<string?> StatusOfOrNullAsync(this ShopFixture shop, Order order) =>
        shop.ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { order.Id });

    public static Task BecomesAsync(this ShopFixture shop, Order order, string status) =>
        Eventually.TrueAsync(async () => await shop.StatusOfAsync(order) == status, $"the order is {status}");

    /// <summary>The states of all attempts to pay for an order, oldest first.</summary>
    public static async Task<string[]> AttemptsOfAsync(this ShopFixture shop, Order order) =>
        [.. (await shop.RowsAsync("SELECT state FROM orders.payment_attempts WHERE order_id = @Id ORDER BY started_at", new { order.Id })).Select(row => (string)row["state"]!)];

    /// <summary>The statuses of an order's timeline, oldest first.</summary>
    public static async Task<string[]> StoryOfAsync(this ShopFixture shop, Order order) =>
        [.. (await shop.RowsAsync("SELECT status FROM orders.timeline WHERE order_id = @Id ORDER BY seq", new { order.Id })).Select(row => (string)row["status"]!)];

    /// <summary>What is on the shelf and what of it is promised, once every event has been delivered.</summary>
    public static async Task<(int OnHand, int Reserved)> StockOfAsync(this ShopFixture shop, Product product)
    {
        await shop.SettleAsync();
        var stock = (await shop.GetAsync($"/api/products/{product.Id}/stock")).Body;
        return (stock.GetProperty("onHand").GetInt32(), stock.GetProperty("reserved").GetInt32());
    }
}
