namespace ECommerce.Orders;

/// <summary>Places an order: reserves its stock, then records it. Safe to retry.</summary>
internal static class PlaceOrder
{
    /// <summary>A product to order.</summary>
    /// <param name="ProductId">The id of a product on sale; each product is on one line only.</param>
    /// <param name="Quantity">The number of units.</param>
    public sealed record Line(Guid ProductId, int Quantity);

    /// <param name="Lines">The lines of the order.</param>
    public sealed record Request(Line[] Lines);
    public sealed record Command(Guid OrderId, Guid UserId, Line[] Lines) : ICommand<Answer>;

    /// <summary>The receipt of an order: its state when it was placed, whatever its status is now.</summary>
    /// <inheritdoc cref="Order" path="/param"/>
    public sealed record Receipt(
        Guid Id, Guid UserId, OrderStatus Status, IReadOnlyList<OrderLine> Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset? PayBy);

    public sealed record Answer(Receipt Receipt, bool IsReplay);

    public sealed class Endpoint : ICarterModule
    {
        // The idempotency key becomes the order's id, so that a retry conflicts with the primary key.
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
                .Cascade(CascadeMode.Stop) // too many lines are not validated one by one
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
        OrdersDb db, IMediator mediator, CustomerQuota quota, StockReservationScope stock, OrdersMetrics metrics, IOptions<OrdersOptions> options,
        IOptions<ShopOptions> shop, TimeProvider clock) : IRequestHandler<Command, Result<Answer>>
    {
        public async Task<Result<Answer>> Handle(Command command, CancellationToken cancellationToken)
        {
            if (await FindAsync(command, cancellationToken) is { } earlier)
                return earlier;
            if (await quota.CheckAsync(command.OrderId, command.UserId, command.Lines.Sum(line => line.Quantity), cancellationToken) is { } full)
                return full;

            // A disconnect until now rolls the reservation back, or comes too late for it: its commit cannot be cancelled.
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
            var (isNew, full) = await RecordAsync(command, receipt);
            if (full is not null)
                return full;
            if (!isNew)
                return (await FindAsync(command, CancellationToken.None))!; // a concurrent request with the same key came first, and is committed

            metrics.Placed(receipt.Total.Amount);
            return new Answer(receipt, IsReplay: false);
        }

        /// <returns>The first receipt, or the refusal of the key; null when there is no order with that id.</returns>
        private async Task<Result<Answer>?> FindAsync(Command command, CancellationToken ct)
        {
            if (await db.SingleOrDefaultAsync<OrderRow>(SelectOrder, new { command.OrderId }, ct) is not { } row)
                return null;
            var order = row.In(shop.Value.Currency);
            if (order.UserId != command.UserId)
                return OrdersErrors.KeyTaken;
            // An order of an earlier version has no fingerprint on record, and its request was its lines.
            var fingerprint = row.Fingerprint
                ?? RequestFingerprint.Of(new Command(order.Id, order.UserId, [.. order.Lines.Select(line => new Line(line.ProductId, line.Quantity))]));
            if (!fingerprint.AsSpan().SequenceEqual(RequestFingerprint.Of(command)))
                return OrdersErrors.KeyReused;
            return new Answer(new(order.Id, order.UserId, OrderStatus.Placed, order.Lines, order.Total, order.PlacedAt, row.PayBy), IsReplay: true);
        }

        /// <returns>False when there is an order with that id; or the refusal, when a limit of the customer is reached.</returns>
        private Task<(bool IsNew, Error? Refusal)> RecordAsync(Command command, Receipt receipt) => db.InTransactionAsync<(bool, Error?)>(async tx =>
        {
            var order = new OrderInsert(receipt, RequestFingerprint.Of(command), Guid.CreateVersion7(receipt.PlacedAt));
            if (await quota.CheckLockedAsync(tx, receipt.Id, receipt.UserId, order.Units, order.Total) is { } full)
                return (false, full);
            var isNew = await tx.SingleOrDefaultAsync<bool>(OrderInsert.Sql, order);
            if (isNew)
                await tx.EnqueueAsync(new OrderPlaced(receipt.Id, receipt.UserId, receipt.Total, receipt.PlacedAt), order.EventId);
            return (isNew, null);
        }, CancellationToken.None); // the stock is reserved: the order must be recorded or refused, even if the caller has disconnected
    }

    private static StockLine[] StockLinesOf(Command command) =>
        [.. command.Lines.Select(line => new StockLine(line.ProductId, line.Quantity))];

    private static Receipt ReceiptOf(Command command, StockReserved reserved, OrdersOptions options, DateTimeOffset now) => new(
        command.OrderId, command.UserId, OrderStatus.Placed,
        [.. reserved.Lines.Select(line => new OrderLine(line.ProductId, line.Name, line.Quantity, line.UnitPrice))],
        reserved.Lines.Select(line => line.UnitPrice * line.Quantity).Aggregate((sum, price) => sum + price), now, now + options.WindowOf(reserved.IsScarce));

    private const string SelectOrder = OrderRow.Select + "WHERE o.id = @OrderId";
}
