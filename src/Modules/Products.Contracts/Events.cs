using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>The claim came after the reservation had lapsed, and the stock is gone: the order cannot be served.</summary>
[EventName("products.reservation-lost.v1")]
public sealed record ReservationLost(Guid ReservationId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => ReservationId;
}
