using Request = ECommerce.Products.Contracts.ReleaseStock;

namespace ECommerce.Products;

/// <summary>Releases the stock of a reservation whose order was not placed: the handler of the contract <see cref="Request"/>.</summary>
internal static class ReleaseStock
{
    public sealed class Handler(ProductsDb db, ProductsMetrics metrics) : IRequestHandler<Request, Result<StockReleased>>
    {
        public async Task<Result<StockReleased>> Handle(Request request, CancellationToken cancellationToken)
        {
            var wasHeld = await db.ExecuteAsync(Release, request, cancellationToken) > 0;
            if (wasHeld)
                metrics.Released.Inc();
            return new StockReleased(request.ReservationId, wasHeld);
        }
    }

    // The reservation ends like a lapsed one: if its order was placed after all, the claim reserves again or reports the loss.
    private const string Release = """
        WITH held AS (
          SELECT id
          FROM products.reservations
          WHERE id = @ReservationId AND owner_id = @OwnerId AND state = 'reserved'
          FOR NO KEY UPDATE),
        lapsed AS (
          UPDATE products.reservations AS reservation SET state = 'lapsed'
          FROM held
          WHERE reservation.id = held.id),
        shelf AS (
          SELECT stock.product_id, line.quantity
          FROM held
          JOIN products.reservation_lines AS line ON line.reservation_id = held.id
          JOIN products.stock AS stock ON stock.product_id = line.product_id
          ORDER BY stock.product_id
          FOR NO KEY UPDATE OF stock)
        UPDATE products.stock SET reserved = stock.reserved - shelf.quantity, version = stock.version + 1
        FROM shelf
        WHERE stock.product_id = shelf.product_id
        """;
}
