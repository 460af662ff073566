namespace ECommerce.Products;

/// <summary>Units of one product.</summary>
/// <param name="OnHand">On the shelf, promised or not.</param>
/// <param name="Reserved">Promised to orders that are not paid yet; never more than there is.</param>
internal sealed record Stock(int OnHand, int Reserved)
{
    /// <summary>The most units of one product that the shop has room for.</summary>
    public const int Most = 1_000_000_000;

    /// <summary>Units that can be ordered now.</summary>
    public int Available => OnHand - Reserved;
}
