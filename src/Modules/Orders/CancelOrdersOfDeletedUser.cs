namespace ECommerce.Orders;

/// <summary>
/// Records that a customer is gone, so that no host takes another order or payment of theirs, and cancels the orders that are not paid.
/// A payment that is under way keeps its order.
/// </summary>
internal static class CancelOrdersOfDeletedUser
{
    public sealed class Handler(OrderBook book, Delivery delivery) : INotificationHandler<UserDeleted>
    {
        public Task Handle(UserDeleted notification, CancellationToken cancellationToken) => book.ChangeOnceAsync(
            delivery,
            async tx =>
            {
                // Under the customer's lock: an order is recorded before this, and cancelled here, or after it, and refused.
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
