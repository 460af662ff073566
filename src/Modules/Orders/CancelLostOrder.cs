namespace ECommerce.Orders;

/// <summary>Cancels an order whose stock was lost, and refunds what was paid.</summary>
internal static class CancelLostOrder
{
    public sealed class Handler(OrderTransitions book, Delivery delivery) : INotificationHandler<ReservationLost>
    {
        public Task Handle(ReservationLost notification, CancellationToken cancellationToken) => book.ChangeOnceAsync(
            delivery, _ => Task.FromResult<IReadOnlyList<Guid>>([notification.ReservationId]), order => order.Status switch
            {
                OrderStatus.Placed or OrderStatus.Paid => order.CancelAsync(CancelReason.StockLost),
                // The provider may be capturing the payment now: the handler of its answer cancels the order then.
                OrderStatus.PaymentPending => order.Transaction.ExecuteAsync(MarkLost, new { order.Id }),
                _ => Task.CompletedTask,
            }, cancellationToken);
    }

    private const string MarkLost = "UPDATE orders.orders SET stock_lost = true WHERE id = @Id";
}
