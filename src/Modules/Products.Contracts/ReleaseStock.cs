using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>
/// Gives back the stock of a reservation whose order was not placed. May be repeated. A reservation that an order has claimed keeps its stock.
/// Should the order turn out to stand after all, its <c>OrderPlaced</c> reserves again, as after a lapse.
/// </summary>
/// <param name="ReservationId">The id that was reserved under.</param>
/// <param name="OwnerId">The customer. The reservation of another customer is left as it is.</param>
public sealed record ReleaseStock(Guid ReservationId, Guid OwnerId) : ICommand<StockReleased>;

/// <param name="ReservationId">The id of the reservation.</param>
/// <param name="WasHeld">False when the reservation held nothing: it does not exist, has ended, or belongs to an order.</param>
public sealed record StockReleased(Guid ReservationId, bool WasHeld);
