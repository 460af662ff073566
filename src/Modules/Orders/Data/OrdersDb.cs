namespace ECommerce.Orders;

/// <summary>Database access of the schema <c>orders</c>.</summary>
internal sealed class OrdersDb(ModuleDataSources sources) : ModuleDb("orders", sources);
