using Carter;
using ECommerce.Kernel;
using ECommerce.Platform.Http;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Products;

/// <summary>Adds units to a shelf or takes some away, and notes who did and why. What is reserved stays.</summary>
internal static class AdjustStock
{
    public sealed record Request(int Delta, string Reason);
    public sealed record Command(Guid ProductId, Guid AdjustmentId, Guid CallerId, int Delta, string Reason) : ICommand<Stock>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/products/{id}/stock", async (Guid id, Request request, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, Guid.CreateVersion7(), caller.Id, request.Delta, request.Reason), ct)).ToHttp())
            .WithName(nameof(AdjustStock))
            .RequireAdmin()
            .Produces<Stock>()
            .Refuses(CommonErrors.NotFound, ProductsErrors.StockWouldGoNegative);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public const int MostAtOnce = 1_000_000;

        public Rules()
        {
            RuleFor(adjustment => adjustment.Delta)
                .InclusiveBetween(-MostAtOnce, MostAtOnce).WithMessage($"Must be between -{MostAtOnce} and {MostAtOnce}.")
                .NotEqual(0).WithMessage("Must not be 0.");
            RuleFor(adjustment => adjustment.Reason)
                .Must(reason => reason is { Length: <= 200 } && !string.IsNullOrWhiteSpace(reason))
                .WithMessage("Must be 1 to 200 characters, and not only spaces.");
        }
    }

    public sealed class Handler(ProductsDb db, TimeProvider clock) : IRequestHandler<Command, Result<Stock>>
    {
        public async Task<Result<Stock>> Handle(Command command, CancellationToken ct)
        {
            var adjustment = new
            {
                command.ProductId,
                command.AdjustmentId,
                command.CallerId,
                command.Delta,
                command.Reason,
                Stock.Most,
                Now = clock.GetUtcNow(),
            };
            if (await db.SingleOrDefaultAsync<Stock>(Adjust, adjustment, ct) is { } adjusted)
                return adjusted;
            if (await db.SingleOrDefaultAsync<Stock>(SelectStock, new { command.ProductId }, ct) is not { } stock)
                return CommonErrors.NotFound;
            return command.Delta < 0
                ? ProductsErrors.StockWouldGoNegative.Because($"{stock.Available} can be taken away: {stock.OnHand} on hand, {stock.Reserved} of them reserved.")
                : CommonErrors.ValidationFailed.At("delta", $"There is room for {Stock.Most} units, and {stock.OnHand} are there already.");
        }
    }

    private const string Adjust = """
        WITH adjusted AS (
          UPDATE products.stock SET on_hand = on_hand + @Delta, version = version + 1
          WHERE product_id = @ProductId AND on_hand + @Delta BETWEEN reserved AND @Most
          RETURNING product_id, on_hand, reserved),
        noted AS (
          INSERT INTO products.stock_adjustments (id, product_id, delta, reason, by_user, at)
          SELECT @AdjustmentId, product_id, @Delta, @Reason, @CallerId, @Now FROM adjusted)
        SELECT on_hand, reserved FROM adjusted
        """;

    private const string SelectStock = """
        SELECT on_hand, reserved
        FROM products.stock
        WHERE product_id = @ProductId
        """;
}
