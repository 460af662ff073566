namespace ECommerce.Orders;

/// <summary>Places an order: reserves its stock, then records it. Safe to retry.</summary>
internal static class PlaceOrder
{
    /// <summary>A product to order.</summary>
    /// <param name="ProductId">A product that is sold; each product stands on one line only.</param>
    /// <param name="Quantity">How many units.</param>
    public sealed record Line(Guid ProductId, int Quantity);

    /// <param name="Lines">What to order.</param>
    public sealed record Request(Line[] Lines);
    public sealed record Command(Guid OrderId, Guid UserId, Line[] Lines) : ICommand<Answer>;

    /// <summary>The order as it was when it was placed, whatever has become of it since.</summary>
    /// <inheritdoc cref="Order" path="/param"/>
    public sealed record Receipt(
        Guid Id, Guid UserId, OrderStatus Status, IReadOnlyList<OrderLine> Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset? PayBy);

    public sealed record Answer(Receipt Receipt, bool IsReplay);

    public sealed class Endpoint : ICarterModule
    {
        // The caller's idempotency key becomes the order's id, so a retry meets the primary key.
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/orders", async (
                IdempotencyKey key, Request request, Caller caller, IMediator mediator, HttpResponse response, CancellationToken ct) =>
            {
                var placed = await mediator.Send(new Command(key, caller.Id, request.Lines), ct);
                return placed.ToHttp(answer =>
                {
                    if (answer.IsReplay)
                        response.Headers["Idempotency-Replayed"] = "true";
                    return TypedResults.Created($"/api/orders/{answer.Receipt.Id}", answer.Receipt);
                });
            })
            .WithName(nameof(PlaceOrder))
            .RequireAuthorization()
            .Produces<Receipt>(StatusCodes.Status201Created)
            .Refuses(
                OrdersErrors.UnknownProduct, OrdersErrors.InsufficientStock, OrdersErrors.KeyTaken, OrdersErrors.KeyReused,
                OrdersErrors.TooManyUnpaidOrders, OrdersErrors.TooManyUnpaidUnits, OrdersErrors.TooMuchUnpaid, OrdersErrors.TooManyOrders);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public const int MostLines = 100;

        public Rules()
        {
            RuleFor(order => order.Lines)
                .Cascade(CascadeMode.Stop) // too many lines are not looked at one by one
                .NotEmpty().WithMessage("Must hold at least one line.")
                .HasAtMost(MostLines).WithMessage($"Must not hold more than {MostLines} lines.")
                .Custom(EachProductOnce);
            When(order => order.Lines is { Length: <= MostLines }, () => RuleForEach(order => order.Lines)
                .NotNull().WithMessage("Must be a line with productId and quantity.")
                .ChildRules(line =>
                {
                    line.RuleFor(one => one.ProductId).NotEmpty().WithMessage("Must be the id of a product.");
                    line.RuleFor(one => one.Quantity).InclusiveBetween(1, 100).WithMessage("Must be between 1 and 100.");
                }));
        }

        private static void EachProductOnce(Line?[]? lines, ValidationContext<Command> context)
        {
            HashSet<Guid> seen = [];
            for (var i = 0; i < (lines?.Length ?? 0); i++)
            {
                if (lines![i] is { } line && line.ProductId != Guid.Empty && !seen.Add(line.ProductId))
                    context.AddFailure($"lines[{i}].productId", "Is on the order already: add the quantities up in one line.");
            }
        }
    }

    public sealed class Handler(
        OrdersDb db, IMediator mediator, CustomerQuota quota, HeldStock stock, OrdersMetrics metrics, IOptions<OrdersOptions> options,
        IOptions<ShopOptions> shop, TimeProvider clock) : IRequestHandler<Command, Result<Answer>>
    {
        public async Task<Result<Answer>> Handle(Command command, CancellationToken cancellationToken)
        {
            if (await FindAsync(command, cancellationToken) is { } earlier)
                return earlier;
            if (await quota.CheckAsync(command.OrderId, command.UserId, command.Lines.Sum(line => line.Quantity), cancellationToken) is { } full)
                return full;

            // A caller who leaves now undoes the reservation's transaction, or comes too late for it: its commit cannot be cancelled.
            var reserved = await mediator.Send(new ReserveStock(command.OrderId, command.UserId, StockLinesOf(command)), cancellationToken);
            if (reserved.Error is { } refusal)
                return OrdersErrors.ForStock(refusal);
            return await stock.KeepIfRecordedAsync(command.OrderId, command.UserId, () => PlaceAsync(command, reserved.Value));
        }

        private async Task<Result<Answer>> PlaceAsync(Command command, StockReserved reserved)
        {
            var receipt = ReceiptOf(command, reserved, options.Value, clock.Now());
            if (receipt.Total.Amount > Money.Max)
                return CommonErrors.ValidationFailed.At("lines", $"Must not cost more than {Money.Max} {receipt.Total.Currency} together.");
            var (isNew, full) = await RecordAsync(receipt);
            if (full is not null)
                return full;
            if (!isNew)
                return (await FindAsync(command, CancellationToken.None))!; // its twin came first, and is committed

            metrics.Placed(receipt.Total.Amount);
            return new Answer(receipt, IsReplay: false);
        }

        /// <returns>The first receipt again, or why the key cannot be used; null when no order has that id.</returns>
        private async Task<Result<Answer>?> FindAsync(Command command, CancellationToken ct)
        {
            if (await db.SingleOrDefaultAsync<OrderRow>(SelectOrder, new { command.OrderId }, ct) is not { } row)
                return null;
            var order = row.In(shop.Value.Currency);
            if (order.UserId != command.UserId)
                return OrdersErrors.KeyTaken;
            if (!order.Lines.Select(line => new Line(line.ProductId, line.Quantity)).ToHashSet().SetEquals(command.Lines))
                return OrdersErrors.KeyReused;
            return new Answer(new(order.Id, order.UserId, OrderStatus.Placed, order.Lines, order.Total, order.PlacedAt, row.PayBy), IsReplay: true);
        }

        /// <returns>False when an order has that id already; or the refusal, when the customer's bounds are reached.</returns>
        private Task<(bool IsNew, Error? Refusal)> RecordAsync(Receipt receipt) => db.InTransactionAsync<(bool, Error?)>(async tx =>
        {
            var order = new OrderInsert(receipt, Guid.CreateVersion7(receipt.PlacedAt));
            if (await quota.CheckLockedAsync(tx, receipt.Id, receipt.UserId, order.Units, order.Total) is { } full)
                return (false, full);
            var isNew = await tx.SingleOrDefaultAsync<bool>(OrderInsert.Sql, order);
            if (isNew)
                await tx.EnqueueAsync(new OrderPlaced(receipt.Id, receipt.UserId, receipt.Total, receipt.PlacedAt), order.EventId);
            return (isNew, null);
        }, CancellationToken.None); // the stock is reserved: the order is recorded or refused, whether or not its caller is still there
    }

    private static StockLine[] StockLinesOf(Command command) =>
        [.. command.Lines.Select(line => new StockLine(line.ProductId, line.Quantity))];

    private static Receipt ReceiptOf(Command command, StockReserved reserved, OrdersOptions options, DateTimeOffset now) => new(
        command.OrderId, command.UserId, OrderStatus.Placed,
        [.. reserved.Lines.Select(line => new OrderLine(line.ProductId, line.Name, line.Quantity, line.UnitPrice))],
        reserved.Lines.Select(line => line.UnitPrice * line.Quantity).Aggregate((sum, price) => sum + price), now, now + options.WindowOf(reserved.IsScarce));

    private const string SelectOrder = OrderRow.Select + "WHERE o.id = @OrderId";
}
