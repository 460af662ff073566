using ECommerce.Platform.Data;

namespace ECommerce.Orders;

/// <summary>The schema <c>orders</c>.</summary>
internal sealed class OrdersDb(ModuleDataSources sources, DatabaseMetrics metrics, TimeProvider clock) : ModuleDb("orders", sources, metrics, clock);
