using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>
/// Reserves stock for an order that is being placed, all lines or none, at the current prices. Repeated with the same id while the
/// reservation is active, it returns the recorded lines. A reservation that lapsed, was released or was lost is priced and reserved again,
/// or refused. The refusals are those of <see cref="StockErrors"/>.
/// </summary>
/// <param name="ReservationId">The order's id, by which <c>OrderPlaced</c> claims the reservation. A reservation that no order claims lapses.</param>
/// <param name="OwnerId">The customer. A reservation is returned to its owner only.</param>
/// <param name="Lines">At least one, each product once. They must be the same in every request with the id.</param>
public sealed record ReserveStock(Guid ReservationId, Guid OwnerId, IReadOnlyList<StockLine> Lines) : ICommand<StockReserved>;

public sealed record StockLine(Guid ProductId, int Quantity);

/// <summary>The reserved lines, in the order of the request.</summary>
/// <param name="ReservationId">The order's id.</param>
/// <param name="Lines">The lines with their prices.</param>
/// <param name="IsScarce">Whether a reserved product falls below the share of its stock at which it counts as scarce.</param>
public sealed record StockReserved(Guid ReservationId, IReadOnlyList<PricedLine> Lines, bool IsScarce = false);

public sealed record PricedLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);
