using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>
/// Holds stock for an order to come, all lines or none, at today's prices. Repeated with the same id it answers with what was recorded, in
/// whatever state that is by now. Refused with the errors of <see cref="StockErrors"/>.
/// </summary>
/// <param name="ReservationId">The order's id: <c>OrderPlaced</c> claims the reservation by it. One that nobody claims lapses.</param>
/// <param name="OwnerId">The customer; a reservation answers to no other.</param>
/// <param name="Lines">At least one, each product once.</param>
public sealed record ReserveStock(Guid ReservationId, Guid OwnerId, IReadOnlyList<StockLine> Lines) : ICommand<StockReserved>;

public sealed record StockLine(Guid ProductId, int Quantity);

/// <summary>What is held, in the order in which it was asked for.</summary>
public sealed record StockReserved(Guid ReservationId, IReadOnlyList<PricedLine> Lines);

public sealed record PricedLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);
