namespace ECommerce.Products;

/// <summary>Locks the stock rows of products before they are changed.</summary>
internal static class StockLock
{
    /// <summary>
    /// Locks rows in the order of product ids, so that transactions do not deadlock. It is a statement of its own, because a statement that
    /// waits for a lock continues with its snapshot from before the wait: what it computes, and each CHECK on that, would use outdated
    /// rows. The next statement sees the current rows.
    /// </summary>
    public const string Lock = """
        SELECT FROM products.stock
        WHERE product_id = ANY(@ProductIds)
        ORDER BY product_id
        FOR NO KEY UPDATE
        """;
}
