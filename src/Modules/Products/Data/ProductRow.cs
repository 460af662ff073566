using ECommerce.Kernel;

namespace ECommerce.Products;

/// <summary>A product and its stock, as <see cref="Columns"/> reads them.</summary>
internal sealed record ProductRow(
    Guid Id, string Sku, string Name, string Description, string Category, decimal Price, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? DiscontinuedAt, int Available, long StockVersion)
{
    public const string Columns = """
        product.id, product.sku, product.name, product.description, product.category, product.price, product.version,
        product.created_at, product.updated_at, product.discontinued_at,
        stock.on_hand - stock.reserved AS available, stock.version AS stock_version
        """;

    public Product ToProduct(string currency) => new(
        Id, Sku, Name, Description, Category, new Money(Price, currency), Available, DiscontinuedAt is not null, CreatedAt, UpdatedAt);
}
