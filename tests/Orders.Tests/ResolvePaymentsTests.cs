namespace ECommerce.Orders.Tests;

/// <summary>Each test leaves the rows as a host leaves them that dies at that point, and looks how the round goes on.</summary>
[Collection(OneShop.Name)]
public sealed class ResolvePaymentsTests(OrdersShop shop)
{
    [Fact]
    public async Task An_attempt_that_never_reached_the_provider_is_made_again_under_its_own_id()
    {
        var order = await shop.Given.AnOrderAsync();

        var attemptId = await DieAfterRecordingAsync(order, "card");

        await shop.BecomesAsync(order, "paid");
        (await shop.RowsAsync("SELECT outcome FROM orders.provider_ledger WHERE attempt_id = @Id", new { Id = attemptId })).ShouldHaveSingleItem()["outcome"].ShouldBe("captured");
        (await shop.AttemptsOfAsync(order)).ShouldBe(["captured"]);
    }

    [Fact]
    public async Task A_declined_attempt_that_never_reached_the_provider_leads_back_to_placed()
    {
        var order = await shop.Given.AnOrderAsync();

        await DieAfterRecordingAsync(order, "declined_card");

        await shop.BecomesAsync(order, "placed");
        (await shop.AttemptsOfAsync(order)).ShouldBe(["declined"]);
    }

    [Fact]
    public async Task What_the_provider_has_taken_is_recorded_and_not_taken_again()
    {
        var order = await shop.Given.AnOrderAsync();
        var before = await shop.MetricsAsync();

        // The method would be declined if it were asked for again: only the ledger knows that the money was taken.
        await DieAfterRecordingAsync(order, "declined_card", ledger: "captured");

        await shop.BecomesAsync(order, "paid");
        await Eventually.PassesAsync(async () => (await shop.MetricsAsync()).Since(before)["""orders_revenue_total{currency="EUR"}"""].ShouldBe(12.5));
        (await shop.StoryOfAsync(order))[^1].ShouldBe("paid");
    }

    [Fact]
    public async Task A_declined_order_whose_stock_was_lost_meanwhile_is_cancelled()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.RowsAsync("UPDATE orders.orders SET stock_lost = true WHERE id = @Id", new { order.Id });

        await DieAfterRecordingAsync(order, "declined_card");

        await shop.BecomesAsync(order, "cancelled");
        (await shop.StoryOfAsync(order)).ShouldBe(["placed", "payment_pending", "placed", "cancelled"]);
        (await shop.AttemptsOfAsync(order)).ShouldBe(["declined"]);
    }

    [Fact]
    public async Task A_refund_that_broke_off_is_finished_and_counted_once()
    {
        var order = await shop.Given.APaidOrderAsync();
        await shop.CancelAsync(order);
        var before = await shop.MetricsAsync();

        await shop.RowsAsync("UPDATE orders.payment_attempts SET state = 'refund_pending' WHERE order_id = @Id", new { order.Id });

        await Eventually.TrueAsync(async () => await shop.AttemptsOfAsync(order) is ["refunded"], "the refund is finished");
        await Eventually.PassesAsync(async () => (await shop.MetricsAsync()).Since(before)["""orders_refunds_total{currency="EUR"}"""].ShouldBe(12.5));
    }

    private async Task<Guid> DieAfterRecordingAsync(Order order, string method, string? ledger = null)
    {
        var attemptId = Guid.CreateVersion7();
        await shop.RowsAsync("""
            WITH entry AS (
                INSERT INTO orders.provider_ledger (attempt_id, outcome, amount, decided_at, answers_at)
                SELECT @AttemptId, @Ledger, @Total, now(), now() WHERE @Ledger::text IS NOT NULL),
            pending AS (
                UPDATE orders.orders SET status = 'payment_pending', version = version + 1 WHERE id = @Id RETURNING version),
            told AS (
                INSERT INTO orders.timeline (order_id, seq, status, at, event_id)
                SELECT @Id, version, 'payment_pending', now(), gen_random_uuid() FROM pending)
            INSERT INTO orders.payment_attempts (id, order_id, method, amount, state, started_at)
            VALUES (@AttemptId, @Id, @Method, @Total, 'pending', now() - interval '1 minute')
            """, new { AttemptId = attemptId, order.Id, Method = method, order.Total, Ledger = ledger });
        return attemptId;
    }
}
