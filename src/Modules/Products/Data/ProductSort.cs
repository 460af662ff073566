using System.Diagnostics.CodeAnalysis;

namespace ECommerce.Products;

/// <summary>A sort order of the catalogue, each with an index of its own.</summary>
/// <param name="Name">The value of the parameter sort.</param>
/// <param name="By">The ORDER BY clause.</param>
/// <param name="WhereAfter">The condition that continues after a cursor.</param>
/// <param name="KeyOf">The sort key of a product.</param>
internal sealed record ProductSort(string Name, string By, string WhereAfter, Func<ProductRow, ProductSort.Place> KeyOf)
{
    private static readonly ProductSort[] All =
    [
        new("newest", "ORDER BY product.created_at DESC, product.id DESC",
            "AND (product.created_at, product.id) < (@AfterTime, @AfterId)", row => new("newest") { CreatedAt = row.CreatedAt }),
        new("name", "ORDER BY product.name, product.id",
            "AND (product.name, product.id) > (@AfterName, @AfterId)", row => new("name") { Name = row.Name }),
        new("price", "ORDER BY product.price, product.id",
            "AND (product.price, product.id) > (@AfterPrice, @AfterId)", row => new("price") { Price = row.Price }),
        new("-price", "ORDER BY product.price DESC, product.id DESC",
            "AND (product.price, product.id) < (@AfterPrice, @AfterId)", row => new("-price") { Price = row.Price }),
    ];

    /// <summary>The content of a cursor: the sort order, and the one key of that order.</summary>
    public sealed record Place(string Order)
    {
        public DateTimeOffset? CreatedAt { get; init; }

        public string? Name { get; init; }

        public decimal? Price { get; init; }

        public bool IsIn(ProductSort order) => Order == order.Name && order.Name switch
        {
            "newest" => CreatedAt is not null,
            "name" => Name is { Length: <= 200 } name && !name.Contains('\0', StringComparison.Ordinal),
            _ => Price is not null,
        };
    }

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(order => order.Name)];

    /// <summary>The sort order of that name, newest first by default; null when there is none.</summary>
    public static ProductSort? Find(string? name) => name is null ? All[0] : Array.Find(All, order => order.Name == name);

    public string After(ProductRow last) => new Cursor<Place>(KeyOf(last), last.Id).ToString();

    /// <summary>Parses a cursor. False for a cursor of another sort order.</summary>
    public bool TryRead(string? after, [NotNullWhen(true)] out Cursor<Place>? cursor) =>
        Cursor<Place>.TryParse(after, out cursor) && cursor.Key.IsIn(this);
}
