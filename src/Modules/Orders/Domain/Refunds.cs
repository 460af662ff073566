namespace ECommerce.Orders;

/// <summary>Refunds payments, idempotently: after a cancellation, and in the periodic job if that was interrupted.</summary>
internal sealed class Refunds(OrdersDb db, PaymentProvider provider, OrdersMetrics metrics, TimeProvider clock)
{
    public async Task GiveBackAsync(Refund refund)
    {
        // The refund is owed since the cancellation was committed, so that it must not be cancelled.
        await provider.RefundAsync(refund.AttemptId, CancellationToken.None);
        var isFirst = await db.ExecuteAsync(Finish, new { refund.AttemptId, Now = clock.Now() }, CancellationToken.None) == 1;
        if (isFirst)
            metrics.Refunded(refund.Amount);
    }

    private const string Finish = """
        UPDATE orders.payment_attempts SET state = 'refunded', finished_at = @Now
        WHERE id = @AttemptId AND state = 'refund_pending'
        """;
}
