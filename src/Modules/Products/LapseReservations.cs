namespace ECommerce.Products;

/// <summary>A periodic job that releases the reservations whose orders were never placed.</summary>
internal sealed class LapseReservations(
    ProductsDb db, ProductsMetrics metrics, IOptions<ProductsOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("lapse reservations", options.Value.LapseInterval, clock, loggers)
{
    // Small, so that a batch locks its rows for milliseconds.
    private const int Batch = 100;

    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        int lapsed;
        do
        {
            lapsed = await db.SingleOrDefaultAsync<int>(Lapse, new { Now = _clock.GetUtcNow(), Batch }, ct);
            if (lapsed > 0)
                metrics.Lapsed.Inc(lapsed); // an increment by 0 would create an exemplar
        }
        while (lapsed == Batch);
    }

    // Reservations that are being claimed are locked and skipped.
    private const string Lapse = """
        WITH due AS (
          SELECT id
          FROM products.reservations
          WHERE state = 'reserved' AND lapses_at <= @Now
          ORDER BY lapses_at
          LIMIT @Batch
          FOR NO KEY UPDATE SKIP LOCKED),
        lapsed AS (
          UPDATE products.reservations AS reservation SET state = 'lapsed'
          FROM due
          WHERE reservation.id = due.id),
        freed AS (
          SELECT line.product_id, sum(line.quantity)::int AS quantity
          FROM due JOIN products.reservation_lines AS line ON line.reservation_id = due.id
          GROUP BY line.product_id),
        shelf AS (
          SELECT stock.product_id, freed.quantity
          FROM freed JOIN products.stock AS stock ON stock.product_id = freed.product_id
          ORDER BY stock.product_id
          FOR NO KEY UPDATE OF stock),
        returned AS (
          UPDATE products.stock SET reserved = stock.reserved - shelf.quantity, version = stock.version + 1
          FROM shelf
          WHERE stock.product_id = shelf.product_id)
        SELECT count(*)::int FROM due
        """;
}
