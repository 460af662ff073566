using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>A claim came after the reservation had lapsed, and the stock is sold out: the order cannot be fulfilled.</summary>
[EventName("products.reservation-lost.v1")]
public sealed record ReservationLost(Guid ReservationId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => ReservationId;
}
