namespace ECommerce.Orders;

/// <summary>A periodic job that counts orders by status, and unpaid units and amounts, so that a scrape causes no query.</summary>
internal sealed class RefreshOrderGauges(
    OrdersDb db, OrdersMetrics metrics, IOptions<OrdersOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("refresh order gauges", options.Value.GaugeInterval, clock, loggers)
{
    protected override async Task RunAsync(CancellationToken ct)
    {
        var counts = (await db.QueryAsync<Row>(CountByStatus, null, ct)).ToDictionary(row => row.Status, row => row.Orders);
        foreach (var status in Enum.GetValues<OrderStatus>())
            metrics.Current(status, counts.GetValueOrDefault(status.Text()));
        var unpaid = (await db.SingleOrDefaultAsync<Unpaid>(SumUnpaid, null, ct))!;
        metrics.Unpaid(unpaid.Units, unpaid.Total);
    }

    private sealed record Unpaid(long Units, decimal Total);

    private sealed record Row(string Status, long Orders);

    private const string CountByStatus = "SELECT status, count(*) AS orders FROM orders.orders GROUP BY status";

    private const string SumUnpaid = """
        SELECT coalesce(sum(units), 0)::bigint AS units, coalesce(sum(total), 0) AS total
        FROM orders.orders
        WHERE status IN ('placed', 'payment_pending')
        """;
}
