using Request = ECommerce.Products.Contracts.ReserveStock;

namespace ECommerce.Products;

/// <summary>
/// Reserves stock for an order that is being placed, all lines or none: the handler of the contract <see cref="Request"/>.
/// </summary>
internal static class ReserveStock
{
    public sealed class Rules : AbstractValidator<Request>
    {
        /// <summary>The limit on the lines of a reservation.</summary>
        public const int MostLines = 100;

        public Rules()
        {
            RuleFor(reservation => reservation.ReservationId).NotEmpty().WithMessage("Must be given.");
            RuleFor(reservation => reservation.OwnerId).NotEmpty().WithMessage("Must be given.");
            RuleFor(reservation => reservation.Lines)
                .Cascade(CascadeMode.Stop) // too many lines are not validated one by one
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

    public sealed class Handler(StockReservations hold, ProductsMetrics metrics) : IRequestHandler<Request, Result<StockReserved>>
    {
        public async Task<Result<StockReserved>> Handle(Request request, CancellationToken cancellationToken)
        {
            var lines = await hold.ReserveAsync(request, cancellationToken);
            if (lines[0].IsHeld)
                return Reserved(request, lines);

            // Nothing was reserved, perhaps because the id exists. Only an active reservation is returned, at its prices.
            var recorded = await hold.FindAsync(request.ReservationId, cancellationToken);
            if (recorded.Count == 0)
                return Refuse(lines);
            if (recorded[0].OwnerId != request.OwnerId)
                return StockErrors.ReservedByAnother;
            if (!HoldsLinesOf(request, recorded))
                return StockErrors.ReservedOtherwise;
            if (recorded[0].IsAlive)
                return Repeat(request, recorded);

            lines = await hold.RenewAsync(request, cancellationToken);
            if (lines[0].IsHeld)
                return Reserved(request, lines);
            // A concurrent request with the same id may have been faster.
            recorded = await hold.FindAsync(request.ReservationId, cancellationToken);
            return recorded is [{ IsAlive: true }, ..] ? Repeat(request, recorded) : Refuse(lines);
        }

        private Result<StockReserved> Reserved(Request request, IReadOnlyList<RequestedLine> lines)
        {
            metrics.Reserved.Inc();
            return new StockReserved(
                request.ReservationId,
                [.. lines.Select(line => new PricedLine(line.ProductId, line.Name!, line.Quantity, new Money(line.Price!.Value, line.Currency!)))],
                lines[0].IsScarce);
        }

        // The order of the lines does not matter: no product is on two of them.
        private static bool HoldsLinesOf(Request request, IReadOnlyList<RecordedLine> recorded) =>
            request.Lines.Select(line => (line.ProductId, line.Quantity)).ToHashSet().SetEquals(recorded.Select(line => (line.ProductId, line.Quantity)));

        private static Result<StockReserved> Repeat(Request request, IReadOnlyList<RecordedLine> recorded) => new StockReserved(
            request.ReservationId,
            [.. recorded.Select(line => new PricedLine(line.ProductId, line.Name, line.Quantity, new Money(line.UnitPrice, line.Currency)))],
            recorded[0].IsScarce);

        private Error Refuse(IReadOnlyList<RequestedLine> lines)
        {
            RequestedLine[] unknown = [.. lines.Where(line => line.Name is null)];
            if (unknown.Length > 0)
                return StockErrors.UnknownProduct with
                {
                    Fields = unknown.ToDictionary(line => $"lines[{line.Line}].productId", _ => (string[])["There is no such product, or it is sold no more."]),
                };

            metrics.Short.Inc();
            Shortage[] shortages = [.. lines.Where(line => line.Available < line.Quantity)
                .Select(line => new Shortage(line.Line, line.ProductId, line.Quantity, line.Available!.Value))];
            return StockErrors.Insufficient.With("shortages", shortages) with
            {
                Fields = shortages.ToDictionary(line => $"lines[{line.Line}].quantity", line => (string[])[$"{line.Available} of {line.Requested} are available."]),
            };
        }
    }
}
