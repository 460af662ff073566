namespace ECommerce.Products;

/// <summary>
/// The versions behind a product's ETag, which covers its stock, too: the upper half counts changes of the product, the lower half those of
/// its stock. An update compares the upper half only, since it does not overwrite stock; otherwise no product could be updated while it
/// sells.
/// </summary>
internal static class ProductVersion
{
    public static long Of(long product, long stock) => product << 32 | (stock & uint.MaxValue);

    /// <summary>The caller's version of the product without its stock.</summary>
    public static IfMatch WithoutStock(this IfMatch read) => new(read.Versions?.Select(version => version >> 32).ToArray());
}
