namespace ECommerce.Traffic;

/// <summary>What customers know to ask for: the categories, and words of what is sold.</summary>
internal sealed record Catalogue(IReadOnlyList<string> Categories, IReadOnlyList<string> Words)
{
    public static Catalogue Of(Shelf shelf) => new(
        [.. shelf.Offers.Select(offer => offer.Category).Distinct().Order(StringComparer.Ordinal)],
        [.. shelf.Offers.SelectMany(offer => offer.Name.Split([' ', ','])).Where(IsWord).Distinct().Order(StringComparer.Ordinal)]);

    private static bool IsWord(string text) => text.Length > 3 && text.All(char.IsLetter);
}

/// <summary>Products of which somebody wanted more than there was.</summary>
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
