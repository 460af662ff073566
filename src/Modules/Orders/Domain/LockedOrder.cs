using System.Diagnostics;

namespace ECommerce.Orders;

/// <summary>A transition of an order's status.</summary>
/// <param name="Since">When the order reached the status that it leaves.</param>
internal sealed record Step(OrderStatus From, OrderStatus To, DateTimeOffset PlacedAt, DateTimeOffset Since, DateTimeOffset At);

/// <summary>A refund that is owed.</summary>
internal sealed record Refund(Guid AttemptId, decimal Amount);

/// <summary>
/// An order whose row is locked until its transaction ends, so that no other transaction can change it. Every transition is made here, as
/// row, timeline entry and event in one.
/// </summary>
internal sealed class LockedOrder(Transaction transaction, OrderRow row, string currency, OrdersMetrics metrics, DateTimeOffset at)
{
    private readonly List<Action> _counts = [];
    private DateTimeOffset _updatedAt = row.UpdatedAt;

    public Guid Id => row.Id;
    public Guid UserId => row.UserId;
    public bool StockLost => row.StockLost;
    public Money Total => new(row.Total, row.Currency ?? currency);
    public OrderStatus Status { get; private set; } = SnakeCase.Parse<OrderStatus>(row.Status);

    /// <summary>When the lock was acquired. It is the time of every change under the lock, so that a timeline is monotonic.</summary>
    public DateTimeOffset At { get; } = at;

    public Transaction Transaction { get; } = transaction;

    /// <summary>The refund that <see cref="CancelAsync"/> has found to be owed; null when nothing was paid.</summary>
    public Refund? Refund { get; private set; }

    public Order ToOrder() => row.In(currency) with { Status = Status, UpdatedAt = _updatedAt, PayBy = Status.IsUnpaid() ? row.PayBy : null };

    /// <summary>Registers a metric update to be run after the commit.</summary>
    public void OnceCommitted(Action count) => _counts.Add(count);

    public void Count() => _counts.ForEach(count => count());

    /// <summary>Makes a transition, or does nothing when it has happened already.</summary>
    /// <returns>The refusal, when the current status does not allow the transition.</returns>
    public async Task<Error?> AdvanceAsync(OrderStatus to, IEvent fact)
    {
        if (Status.HasBeen(to))
            return null;
        if (!Status.CanBecome(to))
            return RefuseTo(to);
        await MoveAsync(to, fact);
        return null;
    }

    /// <summary>Cancels the order, and records what was paid as a refund that is owed.</summary>
    /// <returns>The refusal, when the order cannot be cancelled any more.</returns>
    public async Task<Error?> CancelAsync(string reason)
    {
        if (Status is OrderStatus.Paid)
            Refund = await Transaction.SingleOrDefaultAsync<Refund>(OweRefund, new { OrderId = Id, At });
        return await AdvanceAsync(OrderStatus.Cancelled, new OrderCancelled(Id, UserId, reason, At));
    }

    /// <exception cref="InvalidOperationException">There is no such transition: the caller has not checked the status.</exception>
    public async Task MoveAsync(OrderStatus to, IEvent fact)
    {
        if (!Status.CanBecome(to))
            throw new InvalidOperationException($"An order cannot go from {Status} to {to}.");
        var eventId = await Transaction.EnqueueAsync(fact);
        await Transaction.ExecuteAsync(Move, new { Id, To = to.Text(), At, EventId = eventId, TraceId = Activity.Current?.TraceId.ToHexString() });
        var step = new Step(Status, to, row.PlacedAt, _updatedAt, At);
        OnceCommitted(() => metrics.Moved(step));
        (Status, _updatedAt) = (to, At);
    }

    public Error RefuseTo(OrderStatus to) => OrdersErrors.InvalidState
        .Because($"The order is {Status.Text()}: it cannot become {to.Text()}.")
        .With("orderStatus", Status.Text());

    private const string Move = """
        WITH moved AS (
            UPDATE orders.orders SET status = @To, updated_at = @At, version = version + 1
            WHERE id = @Id
            RETURNING id, version)
        INSERT INTO orders.timeline (order_id, seq, status, at, event_id, trace_id)
        SELECT id, version, @To, @At, @EventId, @TraceId FROM moved
        """;

    private const string OweRefund = """
        UPDATE orders.payment_attempts SET state = 'refund_pending', finished_at = @At
        WHERE order_id = @OrderId AND state = 'captured'
        RETURNING id AS attempt_id, amount
        """;
}
