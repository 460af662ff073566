namespace ECommerce.Orders;

/// <summary>A periodic job that completes interrupted payments and refunds: the provider was slow, or a host ended in between.</summary>
internal sealed class ResolvePayments(
    OrdersDb db, PaymentProvider provider, PaymentProcessor charges, Refunds refunds, IOptions<PaymentsOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("resolve payments", options.Value.ResolveInterval, clock, loggers)
{
    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        // A younger attempt still belongs to the request that began it.
        foreach (var row in await db.QueryAsync<AttemptRow>(SelectPending, new { Before = _clock.Now() - options.Value.Timeout }, ct))
            await ResolveAsync(new(row.Id, row.OrderId, SnakeCase.Parse<PaymentMethod>(row.Method), row.Amount), ct);
        foreach (var refund in await db.QueryAsync<Refund>(SelectOwed, null, ct))
            await refunds.GiveBackAsync(refund);
    }

    private async Task ResolveAsync(Attempt attempt, CancellationToken ct)
    {
        var entry = await provider.FindAsync(attempt.Id, ct);
        if (entry?.AnswersAt > _clock.Now())
            return;
        // An attempt that is not in the ledger is charged under its own id: if the first charge arrives after all, it is the same one.
        if ((entry?.Outcome ?? await charges.AskAsync(attempt)) is { } outcome)
            await charges.SettleAsync(attempt, outcome);
    }

    private sealed record AttemptRow(Guid Id, Guid OrderId, string Method, decimal Amount);

    private const string SelectPending = """
        SELECT id, order_id, method, amount FROM orders.payment_attempts
        WHERE state = 'pending' AND started_at <= @Before
        ORDER BY started_at
        LIMIT 1000
        """;

    private const string SelectOwed = "SELECT id AS attempt_id, amount FROM orders.payment_attempts WHERE state = 'refund_pending' LIMIT 1000";
}
