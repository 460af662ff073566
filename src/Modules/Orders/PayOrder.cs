using Carter;
using ECommerce.Kernel;
using ECommerce.Orders.Contracts;
using ECommerce.Platform.Http;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Orders;

/// <summary>
/// Pays for an order. The attempt is recorded before the provider is asked; should the answer not come in time, the order stays
/// payment_pending and <see cref="ResolvePayments"/> finishes what was begun.
/// </summary>
internal static class PayOrder
{
    public sealed record Request(PaymentMethod? Method);
    public sealed record Command(Guid OrderId, Guid UserId, PaymentMethod? Method) : ICommand<Order>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/orders/{id}/pay", async (Guid id, Request request, Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var paid = await mediator.Send(new Command(id, caller.Id, request.Method), ct);
                return paid.ToHttp(order => order.Status is OrderStatus.PaymentPending
                    ? TypedResults.Accepted($"/api/orders/{order.Id}", order)
                    : TypedResults.Ok(order));
            })
            .WithName(nameof(PayOrder))
            .RequireAuthorization()
            .Produces<Order>()
            .Produces<Order>(StatusCodes.Status202Accepted)
            .Refuses(CommonErrors.NotFound, OrdersErrors.PaymentDeclined, OrdersErrors.InvalidState);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        // The reader of JSON adds up values that are given with a comma between them.
        public Rules() => RuleFor(payment => payment.Method).Must(method => method is { } given && Enum.IsDefined(given))
            .WithMessage($"Must be one of {string.Join(", ", SnakeCase.All<PaymentMethod>())}.");
    }

    public sealed class Handler(OrderBook book, Charges charges) : IRequestHandler<Command, Result<Order>>
    {
        public async Task<Result<Order>> Handle(Command command, CancellationToken cancellationToken)
        {
            Attempt? attempt = null;
            var begun = await book.ChangeAsync(command.OrderId, async order =>
            {
                if (order.UserId != command.UserId)
                    return CommonErrors.NotFound;
                if (order.Status.HasBeen(OrderStatus.Paid))
                    return null;
                if (order.Status is not OrderStatus.Placed)
                    return order.RefuseTo(OrderStatus.Paid);

                attempt = new(Guid.CreateVersion7(order.At), order.Id, command.Method!.Value, order.Total.Amount);
                await order.Transaction.ExecuteAsync(
                    InsertAttempt, new { attempt.Id, attempt.OrderId, Method = attempt.Method.Text(), attempt.Amount, order.At });
                await order.MoveAsync(OrderStatus.PaymentPending, new PaymentStarted(order.Id, attempt.Id, order.At));
                return null;
            }, cancellationToken);
            if (attempt is null)
                return begun;

            // From here on the provider may have the money: the caller can go away, but no longer call it off.
            if (await charges.AskAsync(attempt) is not { } outcome)
                return begun;
            var settled = await charges.SettleAsync(attempt, outcome);
            if (outcome is PaymentOutcome.Declined)
                return OrdersErrors.PaymentDeclined;
            return settled.Value is { Status: OrderStatus.Cancelled }
                ? OrdersErrors.InvalidState.Because("The stock was lost while the payment was under way: the order is cancelled, and the money goes back.")
                : settled;
        }
    }

    private const string InsertAttempt = """
        INSERT INTO orders.payment_attempts (id, order_id, method, amount, state, started_at)
        VALUES (@Id, @OrderId, @Method, @Amount, 'pending', @At)
        """;
}
