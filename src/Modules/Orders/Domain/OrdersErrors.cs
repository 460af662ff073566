namespace ECommerce.Orders;

/// <summary>What Orders refuses, and why.</summary>
internal static class OrdersErrors
{
}
