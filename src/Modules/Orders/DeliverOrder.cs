namespace ECommerce.Orders;

/// <summary>Marks a shipped order as delivered.</summary>
internal static class DeliverOrder
{
    public sealed record Command(Guid OrderId, Guid CallerId) : ICommand<Order>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/orders/{id}/deliver", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, caller.Id), ct)).ToHttp())
            .WithName(nameof(DeliverOrder))
            .RequireAdmin()
            .Produces<Order>()
            .Refuses(CommonErrors.NotFound, OrdersErrors.InvalidState);
    }

    public sealed class Handler(OrderTransitions book) : IRequestHandler<Command, Result<Order>>
    {
        public Task<Result<Order>> Handle(Command command, CancellationToken cancellationToken) => book.ChangeAsync(
            command.OrderId, order => order.AdvanceAsync(OrderStatus.Delivered, FactOf(order)), cancellationToken);

        private static OrderDelivered FactOf(LockedOrder order) => new(
            order.Id, order.At, order.UserId, [.. order.ToOrder().Lines.Select(line => new DeliveredLine(line.ProductId, line.Quantity))]);
    }
}
