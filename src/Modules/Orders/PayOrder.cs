namespace ECommerce.Orders;

/// <summary>
/// Pays for an order. The attempt is recorded before the provider is asked. If the provider does not answer in time, the order stays
/// payment_pending, and <see cref="ResolvePayments"/> completes the payment.
/// </summary>
internal static class PayOrder
{
    /// <param name="Method">The payment method. declined_card is always declined; slow_card is answered late.</param>
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
            .Refuses(CommonErrors.NotFound, OrdersErrors.PaymentDeclined, OrdersErrors.InvalidState, OrdersErrors.TooManyPayments);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules() => RuleFor(payment => payment.Method).NotNull()
            .WithMessage($"Must be one of {string.Join(", ", SnakeCase.All<PaymentMethod>())}.");
    }

    public sealed class Handler(OrderTransitions book, PaymentProcessor charges, IOptions<PaymentsOptions> options) : IRequestHandler<Command, Result<Order>>
    {
        public async Task<Result<Order>> Handle(Command command, CancellationToken cancellationToken)
        {
            Attempt? attempt = null;
            var begun = await book.ChangeAsync(command.OrderId, async order =>
            {
                attempt = null; // an attempt of a transaction that was rolled back must not be charged
                if (order.UserId != command.UserId)
                    return CommonErrors.NotFound;
                if (order.Status.HasBeen(OrderStatus.Paid))
                    return null;
                if (order.Status is not OrderStatus.Placed)
                    return order.RefuseTo(OrderStatus.Paid);

                var next = new Attempt(Guid.CreateVersion7(order.At), order.Id, command.Method!.Value, order.Total.Amount);
                var most = options.Value.AttemptsPerOrder;
                var isGone = await order.Transaction.SingleOrDefaultAsync<bool?>(
                    InsertAttempt, new { next.Id, next.OrderId, command.UserId, Method = next.Method.Text(), next.Amount, order.At, Most = most });
                if (isGone is { } gone)
                    return gone ? CommonErrors.Unauthorized.Because("The account was deleted.") : OrdersErrors.TooManyPayments.With("most", most);
                attempt = next;
                await order.MoveAsync(OrderStatus.PaymentPending, new PaymentStarted(order.Id, attempt.Id, order.At));
                return null;
            }, cancellationToken);
            if (attempt is null)
                return begun;

            // From here on the provider may capture the charge: a disconnect of the caller must not cancel this.
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

    // Returns null when the attempt is recorded, otherwise whether it is refused because the customer's account was deleted. The handler of
    // the deletion marks the customer first and locks the order then: an attempt that does not see the mark keeps its order.
    private const string InsertAttempt = """
        WITH gone AS (
            SELECT EXISTS (SELECT FROM orders.gone_customers WHERE user_id = @UserId) AS is_gone),
        attempt AS (
            INSERT INTO orders.payment_attempts (id, order_id, method, amount, state, started_at)
            SELECT @Id, @OrderId, @Method, @Amount, 'pending', @At
            FROM gone
            WHERE NOT is_gone AND (SELECT count(*) FROM orders.payment_attempts WHERE order_id = @OrderId) < @Most
            RETURNING id)
        SELECT is_gone FROM gone WHERE NOT EXISTS (SELECT FROM attempt)
        """;
}
