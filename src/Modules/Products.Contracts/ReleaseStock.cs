using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>
/// Releases the stock of a reservation whose order was not placed. Idempotent. A reservation that an order has claimed keeps its stock. If
/// the order was placed after all, its <c>OrderPlaced</c> reserves again, as after a lapse.
/// </summary>
/// <param name="ReservationId">The id of the reservation.</param>
/// <param name="OwnerId">The customer. The reservation of another customer is not changed.</param>
public sealed record ReleaseStock(Guid ReservationId, Guid OwnerId) : ICommand<StockReleased>;

/// <param name="ReservationId">The id of the reservation.</param>
/// <param name="WasHeld">False when the reservation held no stock: it does not exist, has ended, or belongs to an order.</param>
public sealed record StockReleased(Guid ReservationId, bool WasHeld);
