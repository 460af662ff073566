namespace ECommerce.Products;

/// <summary>
/// Claims the reservation of a placed order, which lapses no more. One that has lapsed already is reserved again at the recorded prices;
/// when the stock is sold out, a <see cref="ReservationLost"/> is sent.
/// </summary>
internal static partial class ClaimReservation
{
    public sealed class Handler(ProductsDb db, Delivery delivery, ProductsMetrics metrics, TimeProvider clock, ILogger<Handler> log)
        : INotificationHandler<OrderPlaced>
    {
        public async Task Handle(OrderPlaced notification, CancellationToken cancellationToken)
        {
            Action? count = null;
            await db.OnceAsync(delivery, async tx => count = await ClaimAsync(tx, notification.OrderId), cancellationToken);
            count?.Invoke();
        }

        /// <returns>What is counted once the transaction is committed.</returns>
        private async Task<Action?> ClaimAsync(Transaction tx, Guid orderId)
        {
            if (await tx.ExecuteAsync(Claim, new { OrderId = orderId }) == 1)
                return () => metrics.Claimed.Inc();

            var state = await tx.SingleOrDefaultAsync<string>(LockReservation, new { OrderId = orderId });
            if (state is null)
            {
                // Orders reserves before it places an order, so that this is a bug; an order without stock must not stand nevertheless.
                NeverReserved(log, orderId);
                await tx.EnqueueAsync(new ReservationLost(orderId, clock.GetUtcNow()));
                return null;
            }

            if (state != "lapsed")
                return null;

            var productIds = await tx.QueryAsync<Guid>(SelectProducts, new { OrderId = orderId });
            await tx.ExecuteAsync(StockLock.Lock, new { ProductIds = productIds.ToArray() });
            if (await tx.ExecuteAsync(ReserveAgain, new { OrderId = orderId }) > 0)
            {
                await tx.ExecuteAsync(SetState, new { OrderId = orderId, State = "claimed" });
                return () => metrics.Claimed.Inc();
            }

            await tx.ExecuteAsync(SetState, new { OrderId = orderId, State = "lost" });
            await tx.EnqueueAsync(new ReservationLost(orderId, clock.GetUtcNow()));
            return () => metrics.Short.Inc();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Order {OrderId} was placed without a reservation and is given up", EventName = "reservation.never_made")]
    private static partial void NeverReserved(ILogger logger, Guid orderId);

    private const string Claim = """
        UPDATE products.reservations SET state = 'claimed'
        WHERE id = @OrderId AND state = 'reserved'
        """;

    private const string LockReservation = """
        SELECT state
        FROM products.reservations
        WHERE id = @OrderId
        FOR NO KEY UPDATE
        """;

    private const string SelectProducts = "SELECT product_id FROM products.reservation_lines WHERE reservation_id = @OrderId";

    private const string ReserveAgain = """
        WITH shelf AS (
          SELECT stock.product_id, line.quantity, stock.on_hand - stock.reserved >= line.quantity AS suffices
          FROM products.reservation_lines AS line JOIN products.stock AS stock ON stock.product_id = line.product_id
          WHERE line.reservation_id = @OrderId)
        UPDATE products.stock SET reserved = stock.reserved + shelf.quantity, version = stock.version + 1
        FROM shelf
        WHERE stock.product_id = shelf.product_id AND (SELECT bool_and(suffices) FROM shelf)
        """;

    private const string SetState = """
        UPDATE products.reservations SET state = @State
        WHERE id = @OrderId
        """;
}
