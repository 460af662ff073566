namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class PayOrderTests(OrdersShop shop)
{
    [Fact]
    public async Task Paying_by_card_takes_the_money_and_the_stock_leaves()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(price: 12.50m));
        var order = await shop.Given.AnOrderAsync(customer, (product, 2));

        var seen = await shop.ObserveAsync(HttpMethod.Post, $"/api/orders/{order.Id}/pay", new { method = "card" }, customer);

        (seen.Answer.Status, seen.Answer.Status()).ShouldBe((200, "paid"));
        (await shop.StockOfAsync(product)).ShouldBe((8, 0));
        seen.Metrics["""orders_revenue_total{currency="EUR"}"""].ShouldBe(25);
        seen.With("ledger", await LedgerOfAsync(order)).With("attempts", await shop.AttemptsOfAsync(order));
        Snapshot.Match(seen);
    }

    [Fact]
    public async Task A_declined_payment_leaves_the_order_to_be_paid_otherwise()
    {
        var order = await shop.Given.AnOrderAsync();

        var declined = await shop.PayAsync(order, "declined_card");

        (declined.Status, declined.Code).ShouldBe((402, "orders.payment_declined"));
        (await shop.StatusOfAsync(order)).ShouldBe("placed");
        (await shop.PayAsync(order)).Status().ShouldBe("paid");
        (await shop.AttemptsOfAsync(order)).ShouldBe(["declined", "captured"]);
        (await shop.StoryOfAsync(order)).ShouldBe(["placed", "payment_pending", "placed", "payment_pending", "paid"]);
    }

    [Fact]
    public async Task A_payment_whose_answer_is_late_is_pending_and_in_the_end_the_order_is_paid()
    {
        var order = await shop.Given.AnOrderAsync();
        var before = await shop.MetricsAsync();

        var pending = await shop.PayAsync(order, "slow_card");

        (pending.Status, pending.Status()).ShouldBe((202, "payment_pending"));
        await shop.BecomesAsync(order, "paid");
        (await shop.AttemptsOfAsync(order)).ShouldBe(["captured"]);
        (await LedgerOfAsync(order)).Count.ShouldBe(1);
        await Eventually.PassesAsync(async () =>
        {
            var counted = (await shop.MetricsAsync()).Since(before);
            counted["""orders_revenue_total{currency="EUR"}"""].ShouldBe(12.5);
            counted["""payments_total{outcome="unanswered"}"""].ShouldBe(1);
            counted["""payments_total{outcome="captured"}"""].ShouldBe(1);
        });
    }

    [Fact]
    public async Task While_a_payment_is_pending_the_order_can_be_neither_paid_again_nor_cancelled()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.PayAsync(order, "slow_card");

        var again = await shop.PayAsync(order);
        var cancelled = await shop.CancelAsync(order);

        (again.Status, again.Code).ShouldBe((409, "orders.invalid_state"));
        (cancelled.Status, cancelled.Code).ShouldBe((409, "orders.invalid_state"));
        cancelled.Body.GetProperty("detail").GetString()!.ShouldContain("payment_pending");
        await shop.BecomesAsync(order, "paid");
    }

    [Fact]
    public async Task Paying_twice_takes_the_money_once()
    {
        var order = await shop.Given.APaidOrderAsync();
        var paid = (await shop.GetAsync($"/api/orders/{order.Id}", order.Customer)).Text;

        var again = await shop.PayAsync(order, "declined_card");

        (again.Status, again.Text).ShouldBe((200, paid));
        (await shop.AttemptsOfAsync(order)).ShouldBe(["captured"]);
    }

    [Fact]
    public async Task Ten_payments_at_once_take_the_money_once()
    {
        var order = await shop.Given.AnOrderAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.PayAsync(order)));

        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Code == "orders.invalid_state");
        answers.ShouldContain(answer => answer.Status == 200);
        (await shop.AttemptsOfAsync(order)).ShouldBe(["captured"]);
        (await LedgerOfAsync(order)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_order_cannot_be_paid()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.CancelAsync(order);

        var refused = await shop.PayAsync(order);

        (refused.Status, refused.Code).ShouldBe((409, "orders.invalid_state"));
        refused.Body.GetProperty("detail").GetString()!.ShouldContain("cancelled");
        (await shop.AttemptsOfAsync(order)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_pays_for_somebody_elses_order_not_even_an_admin()
    {
        var order = await shop.Given.AnOrderAsync();

        foreach (var other in new[] { await shop.Given.ACustomerAsync(), await shop.Given.AdminAsync() })
            (await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, other)).Status.ShouldBe(404);
        (await shop.StatusOfAsync(order)).ShouldBe("placed");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"method":null}""")]
    [InlineData("""{"method":"declined_card, slow_card"}""")]
    [InlineData("""{"method":"gold"}""")]
    [InlineData("""{"method":0}""")]
    public async Task A_method_that_does_not_exist_is_refused_by_name(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var order = await shop.Given.AnOrderAsync();

        var refused = await shop.PostAsync($"/api/orders/{order.Id}/pay", content, order.Customer);

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["method"]);
    }

    [Fact]
    public async Task When_pay_and_cancel_race_one_wins_and_the_books_balance()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 20, price: 5m));
        var orders = new List<Order>();
        for (var i = 0; i < 20; i++)
            orders.Add(await shop.Given.AnOrderAsync(customer, (product, 1)));
        var before = await shop.MetricsAsync();

        await Task.WhenAll(orders.SelectMany(order => new[] { shop.PayAsync(order), shop.CancelAsync(order) }));

        await Eventually.TrueAsync(async () => await UnfinishedAsync(customer) == 0, "every payment and refund is finished");
        var paid = 0;
        foreach (var order in orders)
        {
            var (status, attempts) = (await shop.StatusOfAsync(order), await shop.AttemptsOfAsync(order));
            string.Join(' ', [status, .. attempts]).ShouldBeOneOf("paid captured", "cancelled refunded", "cancelled");
            paid += status == "paid" ? 1 : 0;
        }

        (await shop.StockOfAsync(product)).ShouldBe((20 - paid, 0));
        await Eventually.PassesAsync(async () =>
        {
            var counted = (await shop.MetricsAsync()).Since(before);
            var kept = counted.GetValueOrDefault("""orders_revenue_total{currency="EUR"}""") - counted.GetValueOrDefault("""orders_refunds_total{currency="EUR"}""");
            kept.ShouldBe(paid * 5);
        });
    }

    private Task<long> UnfinishedAsync(Customer customer) => shop.ScalarAsync<long>("""
        SELECT count(*) FROM orders.payment_attempts AS a JOIN orders.orders AS o ON o.id = a.order_id
        WHERE o.user_id = @Id AND a.state IN ('pending', 'refund_pending')
        """, new { customer.Id });

    private Task<IReadOnlyList<IDictionary<string, object?>>> LedgerOfAsync(Order order) => shop.RowsAsync("""
        SELECT l.outcome, l.amount, l.refunded_at FROM orders.provider_ledger AS l
        JOIN orders.payment_attempts AS a ON a.id = l.attempt_id
        WHERE a.order_id = @Id
        """, new { order.Id });
}
