namespace ECommerce.Reliability.Tests;

/// <summary>The host dies between two steps of a story, and the next one finishes it.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_between_reservation_and_order_a_retry_places_the_order_and_takes_stock_once()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));
        var key = Guid.CreateVersion7();

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON orders.orders");
        var lost = PlaceAsync(host, key, customer, product);
        await site.CrashAsync(host, gate);
        await Should.ThrowAsync<HttpRequestException>(lost);
        (await StockAsync(site, product)).ShouldBe((10, 3));

        var next = await site.OpenAsync();
        var retried = await PlaceAsync(next, key, customer, product);

        retried.Status.ShouldBe(201, retried.Text);
        retried.Header("Idempotency-Replayed").ShouldBeNull();
        await site.BalanceAsync();
        (await StockAsync(site, product)).ShouldBe((10, 3));
    }

    [Fact]
    public async Task Killed_between_reservation_and_order_without_a_retry_the_stock_comes_back()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        (string, string?) shortLived = ("Products__ReservationLifetime", "00:00:01");
        var host = await site.OpenAsync(shortLived, ("Products__LapseInterval", "01:00:00"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON orders.orders");
        var lost = PlaceAsync(host, Guid.CreateVersion7(), customer, product);
        await site.CrashAsync(host, gate);
        await Should.ThrowAsync<HttpRequestException>(lost);
        (await StockAsync(site, product)).ShouldBe((10, 3));

        await site.OpenAsync(shortLived, ("Products__LapseInterval", "00:00:00.100"));

        await Eventually.PassesAsync(async () => (await StockAsync(site, product)).ShouldBe((10, 0)));
        await site.BalanceAsync();
    }

    [Fact]
    public async Task Killed_between_commit_and_delivery_the_event_takes_effect_once()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON products.inbox");
        var order = await host.Given.AnOrderAsync(customer, (product, 3));
        await site.CrashAsync(host, gate);
        (await ReservationAsync(site, order)).ShouldBe("reserved");

        await site.OpenAsync();

        await site.BalanceAsync();
        (await ReservationAsync(site, order)).ShouldBe("claimed");
        (await HandledAsync(site, order)).ShouldBe(["ClaimReservation"]);
        (await StockAsync(site, product)).ShouldBe((10, 3));
    }

    [Fact]
    public async Task Killed_between_the_effect_and_the_relays_note_of_it_the_event_is_delivered_again_and_changes_nothing()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "DELETE ON orders.outbox", "OLD.type = 'orders.order-paid.v1'");
        var order = await host.Given.APaidOrderAsync(customer, (product, 3));
        await site.CrashAsync(host, gate);
        (await ReservationAsync(site, order)).ShouldBe("committed");

        var next = await site.OpenAsync();

        await site.BalanceAsync();
        (await HandledAsync(site, order)).ShouldBe(["ClaimReservation", "CommitReservation"]);
        (await StockAsync(site, product)).ShouldBe((7, 0));
        (await next.Management.GetStringAsync("/metrics")).ShouldContain(
            """outbox_deliveries_total{module="orders",event="orders.order-paid.v1",outcome="delivered"} 1""");
    }

    [Theory]
    [InlineData("INSERT ON orders.provider_ledger", 0)] // the provider has heard nothing
    [InlineData("UPDATE ON orders.payment_attempts", 1)] // it has taken the money, and the order does not know
    public async Task Killed_in_the_middle_of_a_payment_the_order_is_paid_once(string step, int entries)
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));
        var order = await host.Given.AnOrderAsync(customer, (product, 3));

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, step);
        var lost = host.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer);
        await site.CrashAsync(host, gate);
        await Should.ThrowAsync<HttpRequestException>(lost);
        (await site.AskAsync<int>("SELECT count(*) FROM orders.provider_ledger")).ShouldBe(entries);

        var next = await site.OpenAsync(("Payments__Timeout", "00:00:00.500"));

        await site.BalanceAsync();
        (await TimelineAsync(next, order)).ShouldBe(["placed", "payment_pending", "paid"]);
        (await StockAsync(site, product)).ShouldBe((7, 0));
        (await site.ListAsync<decimal>("SELECT amount FROM orders.provider_ledger")).ShouldBe([order.Total]);
    }

    [Theory]
    [InlineData("UPDATE ON orders.provider_ledger", "true", 0)] // the provider has heard nothing
    [InlineData("UPDATE ON orders.payment_attempts", "NEW.state = 'refunded'", 1)] // it has given the money back, and the order does not know
    public async Task Killed_between_cancellation_and_refund_the_money_goes_back_once(string step, string when, int refunds)
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));
        var order = await host.Given.APaidOrderAsync(customer, (product, 3));

        await using var gate = await StatementBarrier.CloseAsync(site.ConnectionString, step, when);
        var lost = host.PostAsync($"/api/orders/{order.Id}/cancel", by: customer);
        await site.CrashAsync(host, gate);
        await Should.ThrowAsync<HttpRequestException>(lost);
        (await site.AskAsync<int>("SELECT count(refunded_at) FROM orders.provider_ledger")).ShouldBe(refunds);

        var next = await site.OpenAsync();

        await site.BalanceAsync();
        (await TimelineAsync(next, order)).ShouldBe(["placed", "payment_pending", "paid", "cancelled"]);
        (await StockAsync(site, product)).ShouldBe((10, 0));
        (await site.ListAsync<decimal>("SELECT amount FROM orders.provider_ledger WHERE refunded_at IS NOT NULL")).ShouldBe([order.Total]);
    }

    private static Task<Answer> PlaceAsync(HostProcess host, Guid key, Customer customer, Product product) =>
        host.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", key.ToString()));

    private static async Task<(int OnHand, int Reserved)> StockAsync(Site site, Product product) =>
        (await site.ListAsync<(int, int)>("SELECT on_hand, reserved FROM products.stock WHERE product_id = @Id", new { product.Id })).Single();

    private static Task<string?> ReservationAsync(Site site, Order order) =>
        site.AskAsync<string>("SELECT state FROM products.reservations WHERE id = @Id", new { order.Id });

    /// <summary>What Products has done with the order's events, each as often as it was done.</summary>
    private static Task<IReadOnlyList<string>> HandledAsync(Site site, Order order) => site.ListAsync<string>("""
        SELECT inbox.handler
        FROM products.inbox JOIN orders.timeline ON timeline.event_id = inbox.message_id
        WHERE timeline.order_id = @Id
        ORDER BY timeline.seq
        """, new { order.Id });

    private static async Task<string?[]> TimelineAsync(HostProcess host, Order order)
    {
        var timeline = await host.GetAsync($"/api/orders/{order.Id}/timeline", order.Customer);
        return [.. timeline.Body.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("status").GetString())];
    }
}
