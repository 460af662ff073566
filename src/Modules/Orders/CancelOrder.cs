namespace ECommerce.Orders;

/// <summary>Cancels an order that has not been shipped: its stock is released, and a payment is refunded.</summary>
internal static class CancelOrder
{
    public sealed record Command(Guid OrderId, Caller Caller) : ICommand<Order>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/orders/{id}/cancel", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, caller), ct)).ToHttp())
            .WithName(nameof(CancelOrder))
            .RequireAuthorization()
            .Produces<Order>()
            .Refuses(CommonErrors.NotFound, OrdersErrors.InvalidState);
    }

    public sealed class Handler(OrderTransitions book) : IRequestHandler<Command, Result<Order>>
    {
        public Task<Result<Order>> Handle(Command command, CancellationToken cancellationToken) => book.ChangeAsync(command.OrderId, async order =>
            command.Caller.MaySee(order.UserId)
                ? await order.CancelAsync(order.UserId == command.CallerId ? CancelReason.ByCustomer : CancelReason.ByAdmin)
                : CommonErrors.NotFound, cancellationToken);
    }
}
