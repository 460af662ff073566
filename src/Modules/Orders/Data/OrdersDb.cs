using ECommerce.Platform.Data;
using ECommerce.Platform.Faults;

namespace ECommerce.Orders;

/// <summary>Database access of the schema <c>orders</c>.</summary>
internal sealed class OrdersDb(ModuleDataSources sources, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock)
    : ModuleDb("orders", sources, metrics, faults, clock);
