namespace ECommerce.Orders;

/// <summary>Where an order is on its way: placed, paid, shipped, delivered; or cancelled, before it was shipped.</summary>
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

/// <summary>The state machine.</summary>
internal static class OrderStatuses
{
    /// <summary>Every step that there is; a declined payment leads back to placed.</summary>
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

    /// <summary>Whether the order still holds stock that nobody has paid for.</summary>
    public static bool IsUnpaid(this OrderStatus status) => status is OrderStatus.Placed or OrderStatus.PaymentPending;

    public static bool CanBecome(this OrderStatus from, OrderStatus to) => Steps.Contains((from, to));

    /// <summary>Whether asking for that status again asks for what has already happened.</summary>
    public static bool HasBeen(this OrderStatus status, OrderStatus earlier) => earlier switch
    {
        OrderStatus.Paid => status is OrderStatus.Paid or OrderStatus.Shipped or OrderStatus.Delivered,
        OrderStatus.Shipped => status is OrderStatus.Shipped or OrderStatus.Delivered,
        _ => status == earlier,
    };
}
