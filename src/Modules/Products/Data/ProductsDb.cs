namespace ECommerce.Products;

/// <summary>The schema <c>products</c>.</summary>
internal sealed class ProductsDb(ModuleDataSources sources) : ModuleDb("products", sources);
