namespace ECommerce.Products;

/// <summary>Commits the reservation of a paid order: its units leave the stock.</summary>
internal static partial class CommitReservation
{
    public sealed class Handler(ProductsDb db, Delivery delivery, ProductsMetrics metrics, ILogger<Handler> log) : INotificationHandler<OrderPaid>
    {
        public async Task Handle(OrderPaid notification, CancellationToken cancellationToken)
        {
            var shelves = 0;
            var isFirst = await db.OnceAsync(
                delivery, async tx => shelves = await tx.ExecuteAsync(Commit, new { notification.OrderId }), cancellationToken);
            if (shelves > 0)
                metrics.Committed.Inc();
            else if (isFirst)
                NothingHeld(log, notification.OrderId);
        }
    }

    // Expected when the stock was lost while the customer paid: Orders receives that event too, cancels and refunds.
    [LoggerMessage(1, LogLevel.Warning, "Order {OrderId} is paid and holds no stock", EventName = "reservation.missing")]
    private static partial void NothingHeld(ILogger logger, Guid orderId);

    private const string Commit = """
        WITH reservation AS (
          UPDATE products.reservations SET state = 'committed'
          WHERE id = @OrderId AND state IN ('reserved', 'claimed')
          RETURNING id),
        shelf AS (
          SELECT stock.product_id, line.quantity
          FROM reservation
          JOIN products.reservation_lines AS line ON line.reservation_id = reservation.id
          JOIN products.stock AS stock ON stock.product_id = line.product_id
          ORDER BY stock.product_id
          FOR NO KEY UPDATE OF stock)
        UPDATE products.stock
        SET on_hand = stock.on_hand - shelf.quantity, reserved = stock.reserved - shelf.quantity, version = stock.version + 1
        FROM shelf
        WHERE stock.product_id = shelf.product_id
        """;
}
