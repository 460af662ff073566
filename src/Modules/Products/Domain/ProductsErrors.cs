namespace ECommerce.Products;

/// <summary>The errors of the module Products.</summary>
internal static class ProductsErrors
{
    public static readonly Error SkuTaken = new("products.sku_taken", 409, "Another product has this SKU.",
        "Choose another SKU. Upper and lower case do not tell SKUs apart, and a discontinued product keeps its own.");

    public static readonly Error StockWouldGoNegative = new("products.stock_would_go_negative", 409, "There is not that much to take away.",
        "Take away at most what GET /api/products/{id}/stock says is available: what is reserved has been promised to customers.");

    public static readonly Error KeyReused = new("products.key_reused", 422, "The Idempotency-Key was used for another change of stock.",
        "Send what was sent first to see the stock again, or use a new key for a new change.");

    /// <summary>All errors, those of the contract included.</summary>
    public static IReadOnlyList<Error> All { get; } = [.. Error.AllOf(typeof(ProductsErrors)), .. Error.AllOf(typeof(StockErrors))];
}
