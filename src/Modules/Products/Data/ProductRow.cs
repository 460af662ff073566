using System.Data.Common;
using ECommerce.Kernel;
using ECommerce.Platform.Data;

namespace ECommerce.Products;

/// <summary>A product and its stock, as <see cref="Columns"/> reads them.</summary>
internal sealed record ProductRow(
    Guid Id, string Sku, string Name, string Description, string Category, decimal Price, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? DiscontinuedAt, int Available, long StockVersion) : IRow<ProductRow>
{
    public const string Columns = """
        product.id, product.sku, product.name, product.description, product.category, product.price, product.version,
        product.created_at, product.updated_at, product.discontinued_at,
        stock.on_hand - stock.reserved AS available, stock.version AS stock_version
        """;

    public static ProductRow Read(DbDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetDecimal(5), row.GetInt64(6),
        row.GetUtc(7), row.GetUtc(8), row.IsDBNull(9) ? null : row.GetUtc(9), row.GetInt32(10), row.GetInt64(11));

    public Product ToProduct(string currency) => new(
        Id, Sku, Name, Description, Category, new Money(Price, currency), Available, DiscontinuedAt is not null, CreatedAt, UpdatedAt);
}
