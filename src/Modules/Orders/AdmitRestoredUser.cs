namespace ECommerce.Orders;

/// <summary>Lets a customer whose account was restored order and pay again. What was cancelled meanwhile stays cancelled.</summary>
internal static class AdmitRestoredUser
{
    public sealed class Handler(OrdersDb db, Delivery delivery) : INotificationHandler<UserRestored>
    {
        public Task Handle(UserRestored notification, CancellationToken cancellationToken) =>
            db.OnceAsync(delivery, tx => tx.ExecuteAsync(Admit, notification), cancellationToken);
    }

    private const string Admit = "DELETE FROM orders.gone_customers WHERE user_id = @UserId";
}
