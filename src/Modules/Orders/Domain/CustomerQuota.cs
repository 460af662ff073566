namespace ECommerce.Orders;

/// <summary>
/// The limits on a customer's unpaid orders, and on orders per hour that end unpaid or cancelled. They are checked twice: without a lock
/// before stock is reserved, and under the customer's lock in the transaction that records the order. Only the second check decides.
/// </summary>
internal sealed class CustomerQuota(OrdersDb db, IOptions<OrdersOptions> options, TimeProvider clock)
{
    /// <summary>
    /// The first key of a customer's advisory lock ("cust"); the second is a hash of the user's id. No other lock has two keys.
    /// </summary>
    private const int LockNamespace = 0x63757374;

    /// <summary>
    /// Takes the customer's advisory lock until the transaction ends: orders of one customer are recorded one after another, on all hosts.
    /// </summary>
    public static Task LockAsync(Transaction tx, Guid userId) => tx.ExecuteAsync(Lock, new { LockNamespace, UserId = userId.ToString() });

    /// <summary>
    /// The refusal of an order that exceeds a limit whatever it costs; null when it may reserve its stock. An order that another request
    /// with the same key has recorded meanwhile is not refused: it counts among the unpaid orders and would block itself.
    /// </summary>
    public async Task<Error?> CheckAsync(Guid orderId, Guid userId, int units, CancellationToken ct) =>
        Judge((await db.SingleOrDefaultAsync<Holding>(SelectHolding, Arguments(userId, orderId), ct))!, units, 0);

    /// <summary>
    /// The refusal of an order that is about to be recorded, under the customer's lock. An order that is recorded already is not refused.
    /// </summary>
    public async Task<Error?> CheckLockedAsync(Transaction tx, Guid orderId, Guid userId, int units, decimal total)
    {
        await LockAsync(tx, userId);
        return Judge((await tx.SingleOrDefaultAsync<Holding>(SelectHolding, Arguments(userId, orderId)))!, units, total);
    }

    private Error? Judge(Holding holding, int units, decimal total)
    {
        var bounds = options.Value;
        if (holding.IsPlaced)
            return null;
        if (holding.IsGone)
            return CommonErrors.Unauthorized.Because("The account was deleted.");
        if (holding.Orders >= bounds.UnpaidOrders)
            return Exceeds(OrdersErrors.TooManyUnpaidOrders, bounds.UnpaidOrders, holding.Orders, 1);
        if (holding.Units + units > bounds.UnpaidUnits)
            return Exceeds(OrdersErrors.TooManyUnpaidUnits, bounds.UnpaidUnits, holding.Units, units);
        if (holding.Total + total > bounds.UnpaidValue)
            return Exceeds(OrdersErrors.TooMuchUnpaid, bounds.UnpaidValue, holding.Total, total);
        return holding.HourFullSince is { } since
            ? OrdersErrors.TooManyOrders.With("most", bounds.OrdersPerHour).RetryAfter(since.AddHours(1) - clock.GetUtcNow())
            : null;
    }

    private static Error Exceeds<T>(Error error, T most, T held, T asked) where T : notnull =>
        error.Because($"At most {most} may wait for payment; {held} do, and the order asks for {asked} more.").With("most", most).With("held", held).With("asked", asked);

    private object Arguments(Guid userId, Guid orderId) => new
    {
        UserId = userId,
        OrderId = orderId,
        AnHourAgo = clock.GetUtcNow().AddHours(-1),
        BeforeTheLast = options.Value.OrdersPerHour - 1,
    };

    /// <param name="IsPlaced">Whether the order is recorded.</param>
    /// <param name="IsGone">Whether the customer's account was deleted.</param>
    /// <param name="Orders">The customer's unpaid orders.</param>
    /// <param name="Units">The units of their lines.</param>
    /// <param name="Total">Their total.</param>
    /// <param name="HourFullSince">The time of the oldest order of the last hour that counts towards the hourly limit; null when the limit
    /// is not reached.</param>
    private sealed record Holding(bool IsPlaced, bool IsGone, long Orders, long Units, decimal Total, DateTimeOffset? HourFullSince);

    private const string Lock = "SELECT FROM pg_catalog.pg_advisory_xact_lock(@LockNamespace, hashtext(@UserId))";

    private const string SelectHolding = """
        SELECT EXISTS (SELECT FROM orders.orders WHERE id = @OrderId) AS is_placed,
               EXISTS (SELECT FROM orders.gone_customers WHERE user_id = @UserId) AS is_gone,
               count(*) AS orders, coalesce(sum(units), 0)::bigint AS units, coalesce(sum(total), 0) AS total,
               (SELECT placed_at FROM orders.orders WHERE user_id = @UserId AND placed_at > @AnHourAgo AND status IN ('placed', 'payment_pending', 'cancelled')
                ORDER BY placed_at DESC, id DESC OFFSET @BeforeTheLast LIMIT 1) AS hour_full_since
        FROM orders.orders
        WHERE user_id = @UserId AND status IN ('placed', 'payment_pending')
        """;
}
