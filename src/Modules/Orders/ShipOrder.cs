namespace ECommerce.Orders;

/// <summary>Marks a paid order as shipped.</summary>
internal static class ShipOrder
{
    public sealed record Command(Guid OrderId, Guid CallerId) : ICommand<Order>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/orders/{id}/ship", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, caller.Id), ct)).ToHttp())
            .WithName(nameof(ShipOrder))
            .RequireAdmin()
            .Produces<Order>()
            .Refuses(CommonErrors.NotFound, OrdersErrors.InvalidState);
    }

    public sealed class Handler(OrderTransitions book) : IRequestHandler<Command, Result<Order>>
    {
        public Task<Result<Order>> Handle(Command command, CancellationToken cancellationToken) => book.ChangeAsync(
            command.OrderId, order => order.AdvanceAsync(OrderStatus.Shipped, new OrderShipped(order.Id, order.At)), cancellationToken);
    }
}
