namespace ECommerce.Products;

/// <summary>
/// A product's ETag covers all that it shows, and so its stock: the upper half counts changes of the product, the lower half those of
/// its stock. An edit is held against the upper half only, since it overwrites nothing of the stock: otherwise nobody could edit a
/// product while it sells.
/// </summary>
internal static class ProductVersion
{
    public static long Of(long product, long stock) => product << 32 | (stock & uint.MaxValue);

    /// <summary>What the caller has read of the product itself.</summary>
    public static IfMatch WithoutStock(this IfMatch read) => new(read.Versions?.Select(version => version >> 32).ToArray());
}
