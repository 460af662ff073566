using ECommerce.Platform.Data;

namespace ECommerce.Products;

/// <summary>The schema <c>products</c>.</summary>
internal sealed class ProductsDb(ModuleDataSources sources, DatabaseMetrics metrics, TimeProvider clock) : ModuleDb("products", sources, metrics, clock);
