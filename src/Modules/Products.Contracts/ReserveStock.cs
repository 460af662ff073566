using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>
/// Reserves stock for an order that is being placed, all lines or none, at the current prices. Repeated with the same id while the reservation
/// is alive, it returns what was recorded. A reservation that lapsed, was released or was lost is priced and reserved anew, or refused.
/// Refused with the errors of <see cref="StockErrors"/>.
/// </summary>
/// <param name="ReservationId">The order's id: <c>OrderPlaced</c> claims the reservation by it. A reservation that no order claims lapses.</param>
/// <param name="OwnerId">The customer. A reservation is returned to its owner only.</param>
/// <param name="Lines">At least one, each product once. They stay the same for as long as the id is known.</param>
public sealed record ReserveStock(Guid ReservationId, Guid OwnerId, IReadOnlyList<StockLine> Lines) : ICommand<StockReserved>;

public sealed record StockLine(Guid ProductId, int Quantity);

/// <summary>The reserved lines, in the order of the request.</summary>
/// <param name="ReservationId">The order's id.</param>
/// <param name="Lines">The lines with their prices.</param>
/// <param name="IsScarce">Whether the reservation takes a product below the share of its stock from which on it counts as scarce.</param>
public sealed record StockReserved(Guid ReservationId, IReadOnlyList<PricedLine> Lines, bool IsScarce = false);

public sealed record PricedLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);
