namespace ECommerce.Orders;

/// <summary>The stock that is reserved for an order which is being placed: kept if the order is recorded, otherwise given back at once.</summary>
internal sealed class HeldStock(OrdersDb db, IMediator mediator)
{
    /// <summary>
    /// Runs what records the order. The caller can no longer cancel: neither <paramref name="record"/> nor the release takes a token of the
    /// request, because a reservation without its order would hold stock for nobody.
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

    // A commit whose answer was lost may have happened. Where not even that can be asked, the reservation lapses by itself.
    private async Task ReleaseUnlessRecordedAsync(Guid orderId, Guid userId)
    {
        try
        {
            if (!await db.SingleOrDefaultAsync<bool>(IsRecorded, new { OrderId = orderId }, CancellationToken.None))
                await mediator.Send(new ReleaseStock(orderId, userId), CancellationToken.None);
        }
        catch (Exception)
        {
            // The failure that led here is the one to report; the command's own span and log line tell of this one.
        }
    }

    private const string IsRecorded = "SELECT EXISTS (SELECT FROM orders.orders WHERE id = @OrderId)";
}
