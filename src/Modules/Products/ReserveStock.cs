using ECommerce.Kernel;
using ECommerce.Platform.Modules;
using ECommerce.Products.Contracts;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Options;
using Request = ECommerce.Products.Contracts.ReserveStock;

namespace ECommerce.Products;

/// <summary>Holds stock for an order to come, all lines or none: the contract <see cref="Request"/>.</summary>
internal static class ReserveStock
{
    public sealed class Rules : AbstractValidator<Request>
    {
        /// <summary>Lines of one reservation.</summary>
        public const int MostLines = 100;

        public Rules()
        {
            RuleFor(reservation => reservation.ReservationId).NotEmpty().WithMessage("Must be given.");
            RuleFor(reservation => reservation.OwnerId).NotEmpty().WithMessage("Must be given.");
            RuleFor(reservation => reservation.Lines)
                .Cascade(CascadeMode.Stop) // too many lines are not looked at one by one
                .NotEmpty().WithMessage("Must have at least one line.")
                .Must(lines => lines.Count <= MostLines).WithMessage($"Must not have more than {MostLines} lines.")
                .Custom(EachProductOnce);
            When(reservation => reservation.Lines is { Count: <= MostLines }, () => RuleForEach(reservation => reservation.Lines)
                .NotNull().WithMessage("Must be a line.")
                .ChildRules(line => line.RuleFor(it => it.Quantity).GreaterThan(0).WithMessage("Must be at least 1.")));
        }

        private static void EachProductOnce(IReadOnlyList<StockLine?> lines, ValidationContext<Request> verdict)
        {
            var times = lines.OfType<StockLine>().CountBy(line => line.ProductId).ToDictionary();
            foreach (var (at, line) in lines.Index())
            {
                if (line is not null && times[line.ProductId] > 1)
                    verdict.AddFailure($"lines[{at}].productId", "Must be the only line of its product.");
            }
        }
    }

    public sealed class Handler(
        ProductsDb db, ProductsMetrics metrics, IOptions<ProductsOptions> options, IOptions<ShopOptions> shop, TimeProvider clock)
        : IRequestHandler<Request, Result<StockReserved>>
    {
        public async Task<Result<StockReserved>> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var attempt = new
            {
                request.ReservationId,
                request.OwnerId,
                ProductIds = request.Lines.Select(line => line.ProductId).ToArray(),
                Quantities = request.Lines.Select(line => line.Quantity).ToArray(),
                Now = now,
                LapsesAt = now + options.Value.ReservationLifetime,
            };
            var lines = await db.InTransactionAsync(async tx =>
            {
                await tx.ExecuteAsync(Shelves.Lock, attempt);
                return await tx.QueryAsync<Asked>(Reserve, attempt);
            }, cancellationToken);
            if (lines[0].IsHeld)
            {
                metrics.Reserved.Inc();
                return new StockReserved(request.ReservationId, [.. lines.Select(line => Priced(line.ProductId, line.Name!, line.Quantity, line.Price!.Value))]);
            }

            // Nothing was held now, perhaps because it had been held before; that answer outlives the product and its stock.
            var recorded = await db.QueryAsync<Recorded>(SelectReservation, new { request.ReservationId }, cancellationToken);
            if (recorded.Count > 0)
                return Repeat(request, recorded);

            var refusal = Refuse(lines);
            if (refusal.Code == StockErrors.Insufficient.Code)
                metrics.Short.Inc();
            return refusal;
        }

        private Result<StockReserved> Repeat(Request request, IReadOnlyList<Recorded> recorded)
        {
            if (recorded[0].OwnerId != request.OwnerId)
                return StockErrors.ReservedByAnother;
            // The order of the lines is of no matter: no product is named twice.
            if (!request.Lines.Select(line => (line.ProductId, line.Quantity)).ToHashSet().SetEquals(recorded.Select(line => (line.ProductId, line.Quantity))))
                return StockErrors.ReservedOtherwise;
            return new StockReserved(request.ReservationId, [.. recorded.Select(line => Priced(line.ProductId, line.Name, line.Quantity, line.UnitPrice))]);
        }

        private static Error Refuse(IReadOnlyList<Asked> lines)
        {
            Asked[] unknown = [.. lines.Where(line => line.Name is null)];
            if (unknown.Length > 0)
                return StockErrors.UnknownProduct with
                {
                    Fields = unknown.ToDictionary(line => $"lines[{line.Line}].productId", _ => (string[])["There is no such product, or it is sold no more."]),
                };

            Shortage[] shortages = [.. lines.Where(line => line.Available < line.Quantity).Select(line => new Shortage(line.Line, line.ProductId, line.Quantity, line.Available!.Value))];
            return StockErrors.Insufficient.With("shortages", shortages) with
            {
                Fields = shortages.ToDictionary(line => $"lines[{line.Line}].quantity", line => (string[])[$"{line.Available} of {line.Requested} are available."]),
            };
        }

        private PricedLine Priced(Guid productId, string name, int quantity, decimal price) =>
            new(productId, name, quantity, new Money(price, shop.Value.Currency));
    }

    /// <summary>A line as it was asked for, and what the shelf says; without a name when there is no such product.</summary>
    private sealed record Asked(int Line, Guid ProductId, int Quantity, string? Name, decimal? Price, int? Available, bool IsHeld);

    private sealed record Recorded(Guid OwnerId, Guid ProductId, string Name, int Quantity, decimal UnitPrice);

    // With the shelves locked nothing moves, so what this statement sees is what it changes; and of two sends of one id only one inserts it.
    private const string Reserve = """
        WITH asked AS (
          SELECT (ordinality - 1)::int AS line, product_id, quantity
          FROM unnest(@ProductIds, @Quantities) WITH ORDINALITY AS line (product_id, quantity, ordinality)),
        shelf AS (
          SELECT asked.line, asked.product_id, asked.quantity, product.name, product.price, stock.on_hand - stock.reserved AS available
          FROM asked
          JOIN products.products AS product ON product.id = asked.product_id AND product.discontinued_at IS NULL
          JOIN products.stock AS stock ON stock.product_id = asked.product_id
          WHERE NOT EXISTS (SELECT FROM products.reservations WHERE id = @ReservationId)),
        reservation AS (
          INSERT INTO products.reservations (id, owner_id, state, reserved_at, lapses_at)
          SELECT @ReservationId, @OwnerId, 'reserved', @Now, @LapsesAt
          WHERE (SELECT count(*) FILTER (WHERE available >= quantity) FROM shelf) = (SELECT count(*) FROM asked)
          ON CONFLICT (id) DO NOTHING
          RETURNING id),
        held AS (
          UPDATE products.stock SET reserved = stock.reserved + shelf.quantity, version = stock.version + 1
          FROM shelf, reservation
          WHERE stock.product_id = shelf.product_id),
        recorded AS (
          INSERT INTO products.reservation_lines (reservation_id, line, product_id, name, quantity, unit_price)
          SELECT reservation.id, shelf.line, shelf.product_id, shelf.name, shelf.quantity, shelf.price
          FROM shelf, reservation)
        SELECT line, product_id, asked.quantity, shelf.name, shelf.price, shelf.available, EXISTS (SELECT FROM reservation) AS is_held
        FROM asked LEFT JOIN shelf USING (line, product_id)
        ORDER BY line
        """;

    private const string SelectReservation = """
        SELECT reservation.owner_id, line.product_id, line.name, line.quantity, line.unit_price
        FROM products.reservations AS reservation
        JOIN products.reservation_lines AS line ON line.reservation_id = reservation.id
        WHERE reservation.id = @ReservationId
        ORDER BY line.line
        """;
}
