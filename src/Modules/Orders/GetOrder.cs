namespace ECommerce.Orders;

/// <summary>Shows an order in its current state.</summary>
internal static class GetOrder
{
    public sealed record Query(Guid OrderId, Caller Caller) : IQuery<Found>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed record Found(Order Order, int Version);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/orders/{id}", async (Guid id, Caller caller, IMediator mediator, HttpContext context, CancellationToken ct) =>
            {
                var found = await mediator.Send(new Query(id, caller), ct);
                return found.ToHttp(answer => context.OkTagged(answer.Order, answer.Version));
            })
            .WithName(nameof(GetOrder))
            .AnswersTagged()
            .RequireAuthorization()
            .Produces<Order>()
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(OrdersDb db, IOptions<ShopOptions> shop) : IRequestHandler<Query, Result<Found>>
    {
        public async Task<Result<Found>> Handle(Query query, CancellationToken cancellationToken) =>
            await db.SingleOrDefaultAsync<OrderRow>(SelectOrder, new { query.OrderId }, cancellationToken) is { } row && query.Caller.MaySee(row.UserId)
                ? new Found(row.In(shop.Value.Currency), row.Version)
                : CommonErrors.NotFound;
    }

    private const string SelectOrder = OrderRow.Select + "WHERE o.id = @OrderId";
}
