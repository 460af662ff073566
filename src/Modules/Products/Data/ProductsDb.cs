using ECommerce.Platform.Data;
using ECommerce.Platform.Faults;

namespace ECommerce.Products;

/// <summary>Database access of the schema <c>products</c>.</summary>
internal sealed class ProductsDb(ModuleDataSources sources, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock)
    : ModuleDb("products", sources, metrics, faults, clock);
