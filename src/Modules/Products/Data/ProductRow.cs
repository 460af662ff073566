using System.Data.Common;

namespace ECommerce.Products;

/// <summary>The row of a product and its stock, in the order of <see cref="Columns"/>.</summary>
/// <param name="Currency">The currency of the price; null in a row of a version that did not record it: then it is that of the table books.</param>
internal sealed record ProductRow(
    Guid Id, string Sku, string Name, string Description, string Category, decimal Price, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? DiscontinuedAt, int Available, long StockVersion, string? Currency) : IRow<ProductRow>
{
    public const string Columns = """
        product.id, product.sku, product.name, product.description, product.category, product.price, product.version,
        product.created_at, product.updated_at, product.discontinued_at,
        stock.on_hand - stock.reserved AS available, stock.version AS stock_version, product.currency
        """;

    public static ProductRow Read(DbDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetDecimal(5), row.GetInt64(6),
        row.GetUtc(7), row.GetUtc(8), row.IsDBNull(9) ? null : row.GetUtc(9), row.GetInt32(10), row.GetInt64(11), row.IsDBNull(12) ? null : row.GetString(12));

    public Product ToProduct(string booksCurrency) => new(
        Id, Sku, Name, Description, Category, new Money(Price, Currency ?? booksCurrency), Available, DiscontinuedAt is not null, CreatedAt, UpdatedAt);
}
