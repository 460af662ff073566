using ECommerce.Kernel;

namespace ECommerce.Orders.Contracts;

/// <summary>An order was placed. Its id is that of its reservation, which the event claims.</summary>
[EventName("orders.order-placed.v1")]
public sealed record OrderPlaced(Guid OrderId, Guid UserId, Money Total, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>A payment attempt was recorded; the provider is asked next.</summary>
[EventName("orders.payment-started.v1")]
public sealed record PaymentStarted(Guid OrderId, Guid AttemptId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

[EventName("orders.payment-declined.v1")]
public sealed record PaymentDeclined(Guid OrderId, Guid AttemptId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>The payment was captured: the reserved stock leaves the shelf.</summary>
[EventName("orders.order-paid.v1")]
public sealed record OrderPaid(Guid OrderId, Guid UserId, Money Total, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

[EventName("orders.order-shipped.v1")]
public sealed record OrderShipped(Guid OrderId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>The order has reached its customer.</summary>
/// <param name="UserId">The customer; null in events that were stored before the member was added.</param>
/// <param name="Lines">What was delivered; null in events that were stored before the member was added.</param>
[EventName("orders.order-delivered.v1")]
public sealed record OrderDelivered(Guid OrderId, DateTimeOffset At, Guid? UserId = null, IReadOnlyList<DeliveredLine>? Lines = null) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>A product of a delivered order.</summary>
/// <param name="Quantity">The number of units.</param>
public sealed record DeliveredLine(Guid ProductId, int Quantity);

/// <summary>An order was cancelled: its stock is released.</summary>
/// <param name="Reason"><c>by_customer</c>, <c>by_admin</c>, <c>unpaid</c>, <c>stock_lost</c> or <c>user_deleted</c>.</param>
[EventName("orders.order-cancelled.v1")]
public sealed record OrderCancelled(Guid OrderId, Guid UserId, string Reason, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}
