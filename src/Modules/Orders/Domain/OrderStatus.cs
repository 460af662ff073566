namespace ECommerce.Orders;

/// <summary>The status of an order: placed, paid, shipped, delivered; or cancelled, before it was shipped.</summary>
internal enum OrderStatus
{
    Placed,

    /// <summary>The provider has been asked and has not answered: the order can be neither paid again nor cancelled.</summary>
    PaymentPending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
}

/// <summary>The state machine of an order.</summary>
internal static class OrderStatuses
{
    /// <summary>The transitions; a declined payment leads back to placed.</summary>
    public static readonly IReadOnlyList<(OrderStatus From, OrderStatus To)> Steps =
    [
        (OrderStatus.Placed, OrderStatus.PaymentPending),
        (OrderStatus.PaymentPending, OrderStatus.Paid),
        (OrderStatus.PaymentPending, OrderStatus.Placed),
        (OrderStatus.Paid, OrderStatus.Shipped),
        (OrderStatus.Shipped, OrderStatus.Delivered),
        (OrderStatus.Placed, OrderStatus.Cancelled),
        (OrderStatus.Paid, OrderStatus.Cancelled),
    ];

    /// <summary>Whether the order holds stock that is not paid for.</summary>
    public static bool IsUnpaid(this OrderStatus status) => status is OrderStatus.Placed or OrderStatus.PaymentPending;

    public static bool CanBecome(this OrderStatus from, OrderStatus to) => Steps.Contains((from, to));

    /// <summary>Whether a request for that status asks for a transition that has happened already.</summary>
    public static bool HasBeen(this OrderStatus status, OrderStatus earlier) => earlier switch
    {
        OrderStatus.Paid => status is OrderStatus.Paid or OrderStatus.Shipped or OrderStatus.Delivered,
        OrderStatus.Shipped => status is OrderStatus.Shipped or OrderStatus.Delivered,
        _ => status == earlier,
    };
}
