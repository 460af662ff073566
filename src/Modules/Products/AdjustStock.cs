using Npgsql;

namespace ECommerce.Products;

/// <summary>
/// Adjusts the stock of a product, and records the caller and the reason. Reserved units are not taken away. Safe to retry under its key.
/// </summary>
internal static class AdjustStock
{
    /// <param name="Delta">The units to add, or to take away when negative; not 0.</param>
    /// <param name="Reason">The reason, in one line.</param>
    public sealed record Request(int Delta, string Reason);
    public sealed record Command(Guid ProductId, Guid AdjustmentId, Guid CallerId, int Delta, string Reason) : ICommand<Answer>;

    public sealed record Answer(Stock Stock, bool IsReplay);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/products/{id}/stock", async (
                Guid id, IdempotencyKey key, Request request, Caller caller, IMediator mediator, HttpResponse response, CancellationToken ct) =>
            {
                var adjusted = await mediator.Send(new Command(id, key, caller.Id, request.Delta, request.Reason), ct);
                return adjusted.ToHttp(answer =>
                {
                    if (answer.IsReplay)
                        response.Headers["Idempotency-Replayed"] = "true";
                    return TypedResults.Ok(answer.Stock);
                });
            })
            .WithName(nameof(AdjustStock))
            .RequireAdmin()
            .Produces<Stock>()
            .Refuses(CommonErrors.NotFound, ProductsErrors.StockWouldGoNegative, ProductsErrors.KeyReused);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public const int MostAtOnce = 1_000_000;

        private const string ReasonWanted = "Must be 1 to 200 characters, and not only spaces.";

        public Rules()
        {
            RuleFor(adjustment => adjustment.Delta)
                .InclusiveBetween(-MostAtOnce, MostAtOnce).WithMessage($"Must be between -{MostAtOnce} and {MostAtOnce}.")
                .NotEqual(0).WithMessage("Must not be 0.");
            RuleFor(adjustment => adjustment.Reason)
                .NotNull().WithMessage(ReasonWanted)
                .IsFormed((1, 200), ProductRules.NotBlank, reason => !string.IsNullOrWhiteSpace(reason)).WithMessage(ReasonWanted)
                .IsLegible();
        }
    }

    public sealed class Handler(ProductsDb db, TimeProvider clock) : IRequestHandler<Command, Result<Answer>>
    {
        public async Task<Result<Answer>> Handle(Command command, CancellationToken ct)
        {
            if (await AdjustAsync(command, ct) is { } adjusted)
                return new Answer(adjusted, IsReplay: false);
            if (await db.SingleOrDefaultAsync<Stock>(SelectStock, new { command.ProductId }, ct) is not { } stock)
                return CommonErrors.NotFound;
            if (await db.SingleOrDefaultAsync<bool?>(SelectEarlier, command, ct) is { } isSame)
                return isSame ? new Answer(stock, IsReplay: true) : ProductsErrors.KeyReused;
            return command.Delta < 0
                ? ProductsErrors.StockWouldGoNegative.Because($"{stock.Available} can be taken away: {stock.OnHand} on hand, {stock.Reserved} of them reserved.")
                : CommonErrors.ValidationFailed.At("delta", $"There is room for {Stock.Most} units, and {stock.OnHand} are there already.");
        }

        /// <returns>Null when there is no such product, the limits of its stock do not allow it, or an adjustment with that id exists.</returns>
        private async Task<Stock?> AdjustAsync(Command command, CancellationToken ct)
        {
            try
            {
                return await db.SingleOrDefaultAsync<Stock>(Adjust, new
                {
                    command.ProductId,
                    command.AdjustmentId,
                    command.CallerId,
                    command.Delta,
                    command.Reason,
                    Stock.Most,
                    Now = clock.GetUtcNow(),
                }, ct);
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "stock_adjustments_pkey" })
            {
                return null; // a concurrent request with the same key came first, and is committed
            }
        }
    }

    private const string Adjust = """
        WITH adjusted AS (
          UPDATE products.stock SET on_hand = on_hand + @Delta, version = version + 1
          WHERE product_id = @ProductId AND on_hand + @Delta BETWEEN reserved AND @Most
            AND NOT EXISTS (SELECT FROM products.stock_adjustments WHERE id = @AdjustmentId)
          RETURNING product_id, on_hand, reserved),
        noted AS (
          INSERT INTO products.stock_adjustments (id, product_id, delta, reason, by_user, at)
          SELECT @AdjustmentId, product_id, @Delta, @Reason, @CallerId, @Now FROM adjusted)
        SELECT on_hand, reserved FROM adjusted
        """;

    private const string SelectEarlier = """
        SELECT (product_id, delta, reason) = (@ProductId, @Delta, @Reason)
        FROM products.stock_adjustments
        WHERE id = @AdjustmentId
        """;

    private const string SelectStock = """
        SELECT on_hand, reserved
        FROM products.stock
        WHERE product_id = @ProductId
        """;
}
