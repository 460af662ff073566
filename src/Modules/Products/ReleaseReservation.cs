namespace ECommerce.Products;

/// <summary>Releases the reservation of a cancelled order: its units are available again.</summary>
internal static class ReleaseReservation
{
    public sealed class Handler(ProductsDb db, Delivery delivery, ProductsMetrics metrics) : INotificationHandler<OrderCancelled>
    {
        public async Task Handle(OrderCancelled notification, CancellationToken cancellationToken)
        {
            // No rows for a reservation that had lapsed or was lost, which held nothing.
            var shelves = 0;
            await db.OnceAsync(delivery, async tx => shelves = await tx.ExecuteAsync(Release, new { notification.OrderId }), cancellationToken);
            if (shelves > 0)
                metrics.Released.Inc();
        }
    }

    private const string Release = """
        WITH held AS (
          SELECT id, state
          FROM products.reservations
          WHERE id = @OrderId AND state IN ('reserved', 'claimed', 'committed')
          FOR NO KEY UPDATE),
        released AS (
          UPDATE products.reservations AS reservation SET state = 'released'
          FROM held
          WHERE reservation.id = held.id),
        shelf AS (
          SELECT stock.product_id, line.quantity, held.state = 'committed' AS has_left
          FROM held
          JOIN products.reservation_lines AS line ON line.reservation_id = held.id
          JOIN products.stock AS stock ON stock.product_id = line.product_id
          ORDER BY stock.product_id
          FOR NO KEY UPDATE OF stock)
        UPDATE products.stock
        SET on_hand = stock.on_hand + CASE WHEN shelf.has_left THEN shelf.quantity ELSE 0 END,
            reserved = stock.reserved - CASE WHEN shelf.has_left THEN 0 ELSE shelf.quantity END,
            version = stock.version + 1
        FROM shelf
        WHERE stock.product_id = shelf.product_id
        """;
}
