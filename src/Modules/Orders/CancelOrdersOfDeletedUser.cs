using ECommerce.Platform.Messaging;
using ECommerce.Users.Contracts;
using MediatR;

namespace ECommerce.Orders;

/// <summary>Cancels what a deleted user has ordered and not paid for. A payment that is under way keeps its order.</summary>
internal static class CancelOrdersOfDeletedUser
{
    public sealed class Handler(OrdersDb db, OrderBook book, Delivery delivery) : INotificationHandler<UserDeleted>
    {
        public async Task Handle(UserDeleted notification, CancellationToken cancellationToken)
        {
            var unpaid = await db.QueryAsync<Guid>(SelectUnpaid, new { notification.UserId }, cancellationToken);
            await book.ChangeOnceAsync(
                delivery, unpaid, order => order.Status is OrderStatus.Placed ? order.CancelAsync(CancelReason.UserDeleted) : Task.CompletedTask,
                cancellationToken);
        }
    }

    private const string SelectUnpaid = "SELECT id FROM orders.orders WHERE user_id = @UserId AND status = 'placed' ORDER BY id";
}
