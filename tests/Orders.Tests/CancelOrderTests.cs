namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class CancelOrderTests(OrdersShop shop)
{
    [Fact]
    public async Task Cancelling_an_order_puts_its_stock_back()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.AnOrderAsync(customer, (product, 4));

        var cancelled = await shop.CancelAsync(order);

        (cancelled.Status, cancelled.Status()).ShouldBe((200, "cancelled"));
        (await shop.StockOfAsync(product)).ShouldBe((10, 0));
        (await shop.AttemptsOfAsync(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_a_paid_order_gives_the_money_back_and_the_stock_returns()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(price: 30m));
        var order = await shop.Given.APaidOrderAsync(customer, (product, 2));

        var seen = await shop.ObserveAsync(HttpMethod.Post, $"/api/orders/{order.Id}/cancel", by: customer);

        (seen.Answer.Status, seen.Answer.Status()).ShouldBe((200, "cancelled"));
        seen.Metrics["""orders_refunds_total{currency="EUR"}"""].ShouldBe(60);
        (await shop.StockOfAsync(product)).ShouldBe((10, 0));
        seen.With("attempts", await shop.AttemptsOfAsync(order));
        Snapshot.Match(seen);
    }

    [Fact]
    public async Task Cancelling_twice_refunds_once()
    {
        var order = await shop.Given.APaidOrderAsync();
        var before = await shop.MetricsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.CancelAsync(order)));

        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        (await shop.AttemptsOfAsync(order)).ShouldBe(["refunded"]);
        (await shop.MetricsAsync()).Since(before)["""orders_refunds_total{currency="EUR"}"""].ShouldBe(12.5);
    }

    [Fact]
    public async Task A_shipped_order_can_be_cancelled_no_more()
    {
        var order = await shop.Given.APaidOrderAsync();
        await shop.ShipAsync(order);

        var refused = await shop.CancelAsync(order);

        (refused.Status, refused.Code).ShouldBe((409, "orders.invalid_state"));
        (await shop.AttemptsOfAsync(order)).ShouldBe(["captured"]);
    }

    [Fact]
    public async Task An_admin_cancels_a_customers_order()
    {
        var order = await shop.Given.AnOrderAsync();

        var cancelled = await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: await shop.Given.AdminAsync());

        (cancelled.Status, cancelled.Status()).ShouldBe((200, "cancelled"));
    }

    [Fact]
    public async Task Nobody_cancels_somebody_elses_order()
    {
        var order = await shop.Given.AnOrderAsync();

        var refused = await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((404, "not_found"));
        (await shop.StatusOfAsync(order)).ShouldBe("placed");
    }

    [Fact]
    public async Task What_a_deleted_user_has_not_paid_for_is_cancelled_and_what_is_paid_stands()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var (first, second) = (await shop.Given.AnOrderAsync(customer, (product, 1)), await shop.Given.AnOrderAsync(customer, (product, 2)));
        var paid = await shop.Given.APaidOrderAsync(customer, (product, 3));

        (await shop.DeleteAsync($"/api/users/{customer.Id}", customer)).Status.ShouldBe(204);

        await shop.BecomesAsync(first, "cancelled");
        await shop.BecomesAsync(second, "cancelled");
        (await shop.StockOfAsync(product)).ShouldBe((7, 0));
        (await shop.StatusOfAsync(paid)).ShouldBe("paid");
    }

    [Fact]
    public async Task An_order_whose_stock_was_lost_is_cancelled()
    {
        var order = await shop.Given.AnOrderAsync();

        await LoseReservationAsync(order);

        (await shop.StatusOfAsync(order)).ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_paid_order_whose_stock_was_lost_is_cancelled_and_refunded_once()
    {
        var order = await shop.Given.APaidOrderAsync();

        await LoseReservationAsync(order);
        await LoseReservationAsync(order);

        (await shop.StatusOfAsync(order)).ShouldBe("cancelled");
        (await shop.AttemptsOfAsync(order)).ShouldBe(["refunded"]);
        (await shop.StoryOfAsync(order)).ShouldBe(["placed", "payment_pending", "paid", "cancelled"]);
    }

    [Fact]
    public async Task Stock_that_is_lost_while_the_payment_is_pending_cancels_the_order_once_the_provider_has_answered()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.PayAsync(order, "slow_card");

        await LoseReservationAsync(order);

        await shop.BecomesAsync(order, "cancelled");
        await Eventually.TrueAsync(async () => await shop.AttemptsOfAsync(order) is ["refunded"], "the money has gone back");
        (await shop.StoryOfAsync(order)).ShouldBe(["placed", "payment_pending", "paid", "cancelled"]);
    }

    [Fact]
    public async Task A_reservation_that_is_no_orders_is_lost_without_a_trace()
    {
        await LoseReservationAsync(Guid.NewGuid());

        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.outbox WHERE dead_at IS NOT NULL")).ShouldBe(0);
    }

    private Task LoseReservationAsync(Order order) => LoseReservationAsync(order.Id);

    // What Products says when a claim comes too late.
    private async Task LoseReservationAsync(Guid orderId)
    {
        await shop.SettleAsync();
        await shop.RowsAsync("""
            INSERT INTO products.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at)
            VALUES (gen_random_uuid(), @Id, 'products.reservation-lost.v1', jsonb_build_object('reservationId', @Id, 'at', now()), now(), now())
            """, new { Id = orderId });
        await shop.SettleAsync();
    }
}
