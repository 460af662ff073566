namespace ECommerce.Orders;

/// <summary>Lists the status changes of an order, oldest first, each with its event and its trace.</summary>
internal static class GetOrderTimeline
{
    public sealed record Query(Guid OrderId, Caller Caller) : IQuery<Timeline>
    {
        public Guid CallerId => Caller.Id;
    }

    /// <summary>The changes of one order's status.</summary>
    /// <param name="Items">The changes, oldest first.</param>
    public sealed record Timeline(IReadOnlyList<Entry> Items);

    /// <summary>One change of an order's status.</summary>
    /// <param name="Status">The status after the change.</param>
    /// <param name="At">When it changed.</param>
    /// <param name="EventId">The id of the event that tells of the change.</param>
    /// <param name="TraceId">The trace of the request that made the change, as in <c>X-Trace-Id</c>; null when there was no trace.</param>
    public sealed record Entry(OrderStatus Status, DateTimeOffset At, Guid EventId, string? TraceId);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/orders/{id}/timeline", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Query(id, caller), ct)).ToHttp())
            .WithName(nameof(GetOrderTimeline))
            .RequireAuthorization()
            .Produces<Timeline>()
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(OrdersDb db) : IRequestHandler<Query, Result<Timeline>>
    {
        public async Task<Result<Timeline>> Handle(Query query, CancellationToken cancellationToken)
        {
            // Every order has an entry from its placement on: no rows means no order.
            var rows = await db.QueryAsync<Row>(SelectEntries, new { query.OrderId }, cancellationToken);
            if (rows.Count == 0 || !query.Caller.MaySee(rows[0].UserId))
                return CommonErrors.NotFound;
            return new Timeline([.. rows.Select(row => new Entry(SnakeCase.Parse<OrderStatus>(row.Status), row.At, row.EventId, row.TraceId))]);
        }
    }

    private sealed record Row(Guid UserId, string Status, DateTimeOffset At, Guid EventId, string? TraceId);

    private const string SelectEntries = """
        SELECT o.user_id, t.status, t.at, t.event_id, t.trace_id
        FROM orders.timeline AS t
        JOIN orders.orders AS o ON o.id = t.order_id
        WHERE t.order_id = @OrderId
        ORDER BY t.seq
        """;
}
