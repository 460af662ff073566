namespace ECommerce.Orders;

/// <summary>Changes orders: each under its row lock; metrics and refunds follow the commit.</summary>
internal sealed class OrderTransitions(OrdersDb db, Refunds refunds, OrdersMetrics metrics, IOptions<ShopOptions> shop, TimeProvider clock)
{
    /// <summary>Changes an order and returns it, or the refusal of the change; <c>not_found</c> when there is no such order.</summary>
    public async Task<Result<Order>> ChangeAsync(Guid orderId, Func<LockedOrder, Task<Error?>> change, CancellationToken ct)
    {
        var (order, refusal) = await db.InTransactionAsync(async tx =>
        {
            var order = await LockAsync(tx, orderId);
            return (order, order is null ? CommonErrors.NotFound : await change(order));
        }, ct);
        if (order is null || refusal is not null)
            return refusal ?? CommonErrors.NotFound;
        await FollowUpAsync(order);
        return order.ToOrder();
    }

    /// <summary>Applies the effect of a message to orders, once.</summary>
    /// <param name="delivery">The delivery of the message.</param>
    /// <param name="select">Selects the ids of the orders in the transaction of the effect, sorted, since locks are taken in this order.</param>
    /// <param name="change">The change of each order.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task ChangeOnceAsync(
        Delivery delivery, Func<Transaction, Task<IReadOnlyList<Guid>>> select, Func<LockedOrder, Task> change, CancellationToken ct)
    {
        List<LockedOrder> changed = [];
        await db.OnceAsync(delivery, async tx =>
        {
            changed.Clear();
            foreach (var orderId in await select(tx))
            {
                if (await LockAsync(tx, orderId) is not { } order)
                    continue;
                await change(order);
                changed.Add(order);
            }
        }, ct);
        foreach (var order in changed)
            await FollowUpAsync(order);
    }

    private async Task<LockedOrder?> LockAsync(Transaction tx, Guid orderId) =>
        await tx.SingleOrDefaultAsync<OrderRow>(Lock, new { OrderId = orderId }) is { } row
            ? new(tx, row, shop.Value.Currency, metrics, clock.Now())
            : null;

    private async Task FollowUpAsync(LockedOrder order)
    {
        order.Count();
        if (order.Refund is { } refund)
            await refunds.GiveBackAsync(refund);
    }

    private const string Lock = OrderRow.Select + """
        WHERE o.id = @OrderId
        FOR UPDATE OF o
        """;
}
