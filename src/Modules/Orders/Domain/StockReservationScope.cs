namespace ECommerce.Orders;

/// <summary>The reserved stock of an order that is being placed: kept if the order is recorded, otherwise released at once.</summary>
internal sealed class StockReservationScope(OrdersDb db, IMediator mediator)
{
    /// <summary>
    /// Runs the code that records the order. The caller can no longer cancel: neither <paramref name="record"/> nor the release takes a
    /// token of the request, because a reservation without an order would hold stock for nobody.
    /// </summary>
    public async Task<Result<T>> KeepIfRecordedAsync<T>(Guid orderId, Guid userId, Func<Task<Result<T>>> record)
    {
        Result<T> recorded;
        try
        {
            recorded = await record();
        }
        catch (Exception)
        {
            await ReleaseUnlessRecordedAsync(orderId, userId);
            throw;
        }

        if (recorded.Error is not null)
            await mediator.Send(new ReleaseStock(orderId, userId), CancellationToken.None);
        return recorded;
    }

    // A commit whose answer was lost may have happened. If the database cannot be asked, the reservation lapses by itself.
    private async Task ReleaseUnlessRecordedAsync(Guid orderId, Guid userId)
    {
        try
        {
            if (!await db.SingleOrDefaultAsync<bool>(IsRecorded, new { OrderId = orderId }, CancellationToken.None))
                await mediator.Send(new ReleaseStock(orderId, userId), CancellationToken.None);
        }
        catch (Exception)
        {
            // The caller gets the original failure; this one is in the command's own span and log line.
        }
    }

    private const string IsRecorded = "SELECT EXISTS (SELECT FROM orders.orders WHERE id = @OrderId)";
}
