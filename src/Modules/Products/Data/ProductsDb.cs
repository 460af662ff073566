namespace ECommerce.Products;

/// <summary>Database access of the schema <c>products</c>.</summary>
internal sealed class ProductsDb(ModuleDataSources sources) : ModuleDb("products", sources);
