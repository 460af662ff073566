namespace ECommerce.Orders.Tests;

/// <summary>Orders that a customer places while the news of their deletion travels: each ends cancelled or refused.</summary>
public sealed class GoneCustomerTests
{
    [Fact]
    public async Task Orders_placed_around_a_deletion_end_cancelled_or_refused_on_every_host()
    {
        await using var shop = await OwnShop.StartAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1000));
        await shop.Given.AnOrderAsync(customer, (product, 1));

        // Committed where the user is, and not yet heard of here: the token is still remembered as good.
        var before = await shop.Given.AnOrderAsync(customer, (product, 1));
        var placing = Enumerable.Range(0, 20).Select(_ => shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer)).ToList();
        await TellAsync(shop, "users.user-deleted.v1", customer);
        var late = await Task.WhenAll(placing);
        await shop.SettleAsync();
        var after = await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer);
        var paid = await shop.PayAsync(before);

        late.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 401);
        (after.Status, after.Code).ShouldBe((401, "unauthorized"));
        paid.Status.ShouldBe(409);
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.orders WHERE user_id = @Id AND status <> 'cancelled'", new { customer.Id })).ShouldBe(0);
        (await shop.StockOfAsync(product)).ShouldBe((1000, 0));
    }

    [Fact]
    public async Task A_gone_customer_pays_no_order_that_is_left()
    {
        await using var shop = await OwnShop.StartAsync();
        var order = await shop.Given.AnOrderAsync();
        await shop.RowsAsync("INSERT INTO orders.gone_customers VALUES (@Id, now())", new { order.Customer.Id });

        (await shop.PayAsync(order)).Status.ShouldBe(401);

        (await shop.StatusOfAsync(order)).ShouldBe("placed");
        (await shop.AttemptsOfAsync(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restored_customer_orders_again()
    {
        await using var shop = await OwnShop.StartAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        await TellAsync(shop, "users.user-deleted.v1", customer);
        await shop.SettleAsync();
        (await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer)).Status.ShouldBe(401);

        await TellAsync(shop, "users.user-restored.v1", customer);
        await shop.SettleAsync();

        (await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer)).Status.ShouldBe(201);
    }

    // The user stays as it is, as on a host that has not heard: only the event is told.
    private static async Task TellAsync(ShopFixture shop, string type, Customer customer) => await shop.RowsAsync(
        """
        INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at)
        VALUES (gen_random_uuid(), @Id, @Type, jsonb_build_object('userId', @Id, 'at', @Now), @Now, @Now)
        """, new { customer.Id, Type = type, Now = shop.Clock.GetUtcNow().UtcDateTime });
}
