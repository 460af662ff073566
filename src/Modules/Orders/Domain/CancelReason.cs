namespace ECommerce.Orders;

/// <summary>The reasons for which an order is cancelled, as in <see cref="Contracts.OrderCancelled"/>.</summary>
internal static class CancelReason
{
    public const string ByCustomer = "by_customer";
    public const string ByAdmin = "by_admin";
    public const string Unpaid = "unpaid";
    public const string StockLost = "stock_lost";
    public const string UserDeleted = "user_deleted";
}
