using ECommerce.Platform.Data;

namespace ECommerce.Orders;

/// <summary>Gives money back, once, however often it is asked to: by the cancellation, and by the round should that have broken off.</summary>
internal sealed class Refunds(OrdersDb db, PaymentProvider provider, OrdersMetrics metrics, TimeProvider clock)
{
    public async Task GiveBackAsync(Refund refund)
    {
        // The refund is owed since the cancellation was committed: there is nobody left who could call it off.
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
