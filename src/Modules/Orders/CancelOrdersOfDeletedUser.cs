namespace ECommerce.Orders;

/// <summary>
/// Records that a customer's account was deleted, so that no host accepts another order or payment, and cancels the customer's unpaid
/// orders. An order with a payment in progress is kept.
/// </summary>
internal static class CancelOrdersOfDeletedUser
{
    public sealed class Handler(OrderTransitions book, Delivery delivery) : INotificationHandler<UserDeleted>
    {
        public Task Handle(UserDeleted notification, CancellationToken cancellationToken) => book.ChangeOnceAsync(
            delivery,
            async tx =>
            {
                // Under the customer's lock: an order is either recorded before this, and cancelled here, or refused afterwards.
                await CustomerQuota.LockAsync(tx, notification.UserId);
                await tx.ExecuteAsync(MarkGone, notification);
                return await tx.QueryAsync<Guid>(SelectUnpaid, notification);
            },
            order => order.Status is OrderStatus.Placed ? order.CancelAsync(CancelReason.UserDeleted) : Task.CompletedTask,
            cancellationToken);
    }

    private const string MarkGone = """
        INSERT INTO orders.gone_customers (user_id, since) VALUES (@UserId, @At)
        ON CONFLICT (user_id) DO NOTHING
        """;

    private const string SelectUnpaid = "SELECT id FROM orders.orders WHERE user_id = @UserId AND status = 'placed' ORDER BY id";
}
