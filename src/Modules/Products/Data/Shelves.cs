namespace ECommerce.Products;

/// <summary>How stock is locked before it is decided upon.</summary>
internal static class Shelves
{
    /// <summary>
    /// Whoever locks shelves does so in the order of product ids, so no two wait for each other; and in a statement of its own, because
    /// a statement that waits for a lock goes on with the rows as they were before the wait: what it computed from them, and each CHECK on
    /// it, would be judged on a shelf that is no more. The next statement sees the shelves as they are.
    /// </summary>
    public const string Lock = """
        SELECT FROM products.stock
        WHERE product_id = ANY(@ProductIds)
        ORDER BY product_id
        FOR NO KEY UPDATE
        """;
}
