namespace ECommerce.Products;

/// <summary>The stock of a product, in units.</summary>
/// <param name="OnHand">Units on hand, reserved or not.</param>
/// <param name="Reserved">Units that are reserved for orders; never more than those on hand.</param>
internal sealed record Stock(int OnHand, int Reserved)
{
    /// <summary>The limit on the stock of a product.</summary>
    public const int Most = 1_000_000_000;

    /// <summary>Units that can be ordered now.</summary>
    public int Available => OnHand - Reserved;
}
