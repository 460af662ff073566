namespace ECommerce.Orders;

/// <summary>Lists orders, newest first: a customer's own, or those of any customer for an administrator.</summary>
internal static class ListOrders
{
    /// <param name="Status">Only orders in this status.</param>
    /// <param name="From">The earliest time of placement, inclusive.</param>
    /// <param name="To">The latest time of placement, exclusive.</param>
    /// <param name="UserId">The customer whose orders are listed. Customers see their own orders without it, too.</param>
    /// <param name="Limit">The most items that the page may hold.</param>
    /// <param name="After">The member next of the page before; the other parameters are those of that page.</param>
    public sealed record Query(
        Caller Caller, string? Status, DateTimeOffset? From, DateTimeOffset? To, Guid? UserId, int? Limit, string? After) : IQuery<Page<Order>>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/orders", async ([AsParameters] Query query, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(query, ct)).ToHttp())
            .WithName(nameof(ListOrders))
            .RequireAuthorization()
            .Produces<Page<Order>>()
            .Refuses(CommonErrors.Forbidden);
    }

    public sealed class Rules : AbstractValidator<Query>
    {
        public Rules()
        {
            RuleFor(query => query.Status).IsOneOf(SnakeCase.All<OrderStatus>());
            RuleFor(query => query.From).Must((query, from) => from is null || query.To is null || from < query.To)
                .WithMessage("Must be before 'to'.");
            RuleFor(query => query.Limit).IsPageSize();
            RuleFor(query => query.After).IsCursorOf<Query, DateTimeOffset>();
        }
    }

    public sealed class Handler(OrdersDb db, IOptions<ShopOptions> shop) : IRequestHandler<Query, Result<Page<Order>>>
    {
        // PostgreSQL's infinities: later and earlier than every order.
        private static readonly Cursor<DateTimeOffset> Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

        public async Task<Result<Page<Order>>> Handle(Query query, CancellationToken cancellationToken)
        {
            if (!query.Caller.IsAdmin && query.UserId is { } other && other != query.CallerId)
                return CommonErrors.Forbidden;

            var owner = query.Caller.IsAdmin ? query.UserId : query.CallerId;
            var limit = query.Limit ?? ListRules.DefaultLimit;
            var after = Cursor<DateTimeOffset>.TryParse(query.After, out var cursor) ? cursor : Start;
            var rows = await db.QueryAsync<OrderRow>(owner is null ? SelectOfAll : SelectOfUser, new
            {
                UserId = owner,
                query.Status,
                From = query.From ?? DateTimeOffset.MinValue,
                To = query.To ?? DateTimeOffset.MaxValue,
                AfterTime = after.Key,
                AfterId = after.Id,
                Limit = limit + 1,
            }, cancellationToken);

            Order[] orders = [.. rows.Take(limit).Select(row => row.In(shop.Value.Currency))];
            var next = rows.Count > limit ? new Cursor<DateTimeOffset>(orders[^1].PlacedAt, orders[^1].Id).ToString() : null;
            return new Page<Order>(orders, next);
        }
    }

    private const string SelectOfUser = OrderRow.Select + "WHERE o.user_id = @UserId AND " + InWindow;

    private const string SelectOfAll = OrderRow.Select + "WHERE " + InWindow;

    private const string InWindow = """
        (o.placed_at, o.id) < (@AfterTime, @AfterId)
          AND o.placed_at >= @From AND o.placed_at < @To
          AND (@Status::text IS NULL OR o.status = @Status)
        ORDER BY o.placed_at DESC, o.id DESC
        LIMIT @Limit
        """;
}
