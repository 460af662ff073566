namespace ECommerce.Orders;

/// <summary>Why an order was cancelled, as <see cref="Contracts.OrderCancelled"/> tells it.</summary>
internal static class CancelReason
{
    public const string ByCustomer = "by_customer";
    public const string ByAdmin = "by_admin";
    public const string Unpaid = "unpaid";
    public const string StockLost = "stock_lost";
    public const string UserDeleted = "user_deleted";
}
