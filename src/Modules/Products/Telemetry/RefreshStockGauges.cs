namespace ECommerce.Products;

/// <summary>A periodic job that counts units in stock, so that a scrape causes no query.</summary>
internal sealed class RefreshStockGauges(ProductsDb db, ProductsMetrics metrics, IOptions<ProductsOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("count stock", options.Value.StockGaugeInterval, clock, loggers)
{
    private sealed record Units(long Available, long Reserved);

    protected override async Task RunAsync(CancellationToken ct)
    {
        if (await db.SingleOrDefaultAsync<Units>(CountUnits, null, ct) is not { } units)
            return;
        metrics.UnitsAvailable.Set(units.Available);
        metrics.UnitsReserved.Set(units.Reserved);
    }

    private const string CountUnits = """
        SELECT coalesce(sum(on_hand - reserved), 0) AS available, coalesce(sum(reserved), 0) AS reserved
        FROM products.stock
        """;
}
