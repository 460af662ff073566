namespace ECommerce.Orders;

/// <summary>A periodic job that cancels orders which were not paid in time. An order with a payment in progress is kept.</summary>
internal sealed class ExpireUnpaidOrders(
    OrdersDb db, OrderTransitions book, IOptions<OrdersOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("expire unpaid orders", options.Value.ExpiryInterval, clock, loggers)
{
    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        var due = await db.QueryAsync<Guid>(SelectDue, new { Now = _clock.Now(), Before = _clock.Now() - options.Value.PaymentWindow }, ct);
        foreach (var orderId in due)
            await book.ChangeAsync(orderId, async order => order.Status is OrderStatus.Placed ? await order.CancelAsync(CancelReason.Unpaid) : null, ct);
    }

    // An order of an earlier version has no time on record. The next run continues with the rest.
    private const string SelectDue = """
        (SELECT id FROM orders.orders
         WHERE status = 'placed' AND pay_by <= @Now
         ORDER BY pay_by
         LIMIT 1000)
        UNION ALL
        (SELECT id FROM orders.orders
         WHERE status = 'placed' AND pay_by IS NULL AND placed_at <= @Before
         ORDER BY placed_at
         LIMIT 1000)
        """;
}
