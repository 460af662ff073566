namespace ECommerce.Orders;

/// <summary>The schema <c>orders</c>.</summary>
internal sealed class OrdersDb(ModuleDataSources sources) : ModuleDb("orders", sources);
