namespace ECommerce.Traffic;

/// <summary>The categories and search words that customers use.</summary>
internal sealed record Catalogue(IReadOnlyList<string> Categories, IReadOnlyList<string> Words)
{
    public static Catalogue Of(Shelf shelf) => new(
        [.. shelf.Offers.Select(offer => offer.Category).Distinct().Order(StringComparer.Ordinal)],
        [.. shelf.Offers.SelectMany(offer => offer.Name.Split([' ', ','])).Where(IsWord).Distinct().Order(StringComparer.Ordinal)]);

    private static bool IsWord(string text) => text.Length > 3 && text.All(char.IsLetter);
}

/// <summary>The products that were ordered beyond their stock.</summary>
internal sealed class Shortages
{
    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _products = [];

    public void Add(Guid product)
    {
        lock (_lock)
            _products.Add(product);
    }

    public IReadOnlyList<Guid> TakeAll()
    {
        lock (_lock)
        {
            Guid[] all = [.. _products];
            _products.Clear();
            return all;
        }
    }
}
