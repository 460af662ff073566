namespace ECommerce.Products;

/// <summary>
/// A periodic job that deletes reservations which ended without a sale: lapsed, released or lost. Committed reservations are kept as the
/// record of sales.
/// </summary>
internal sealed class PurgeReservations(
    ProductsDb db, ProductsMetrics metrics, IOptions<ProductsOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("purge reservations", options.Value.PurgeInterval, clock, loggers)
{
    // Small, so that a batch takes milliseconds and several hosts can share the work.
    private const int Batch = 200;

    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        var before = _clock.GetUtcNow() - options.Value.ReservationRetention;
        int purged;
        do
        {
            purged = await db.SingleOrDefaultAsync<int>(Purge, new { Before = before, Batch }, ct);
            if (purged > 0)
                metrics.Purged.Inc(purged); // an increment by 0 would create an exemplar
        }
        while (purged == Batch);
    }

    // A reservation that another host deletes, or that is being claimed, is locked and skipped.
    private const string Purge = """
        WITH due AS (
          SELECT id
          FROM products.reservations
          WHERE state IN ('released', 'lapsed', 'lost') AND lapses_at < @Before
          ORDER BY lapses_at
          LIMIT @Batch
          FOR UPDATE SKIP LOCKED),
        lines AS (
          DELETE FROM products.reservation_lines AS line USING due
          WHERE line.reservation_id = due.id),
        purged AS (
          DELETE FROM products.reservations AS reservation USING due
          WHERE reservation.id = due.id)
        SELECT count(*)::int FROM due
        """;
}
