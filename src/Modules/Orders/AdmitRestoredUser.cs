namespace ECommerce.Orders;

/// <summary>Lets a customer whose account was restored order and pay again. Orders that were cancelled meanwhile stay cancelled.</summary>
internal static class AdmitRestoredUser
{
    public sealed class Handler(OrdersDb db, Delivery delivery) : INotificationHandler<UserRestored>
    {
        public Task Handle(UserRestored notification, CancellationToken cancellationToken) =>
            db.OnceAsync(delivery, tx => tx.ExecuteAsync(Admit, notification), cancellationToken);
    }

    private const string Admit = "DELETE FROM orders.gone_customers WHERE user_id = @UserId";
}
