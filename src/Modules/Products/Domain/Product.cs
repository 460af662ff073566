using ECommerce.Kernel;

namespace ECommerce.Products;

/// <summary>A product as the shop shows it.</summary>
/// <param name="Available">Units that can be ordered now: what is on hand and not reserved.</param>
/// <param name="Discontinued">Sold no more, and not listed; still there for the orders that refer to it.</param>
internal sealed record Product(
    Guid Id, string Sku, string Name, string Description, string Category, Money Price, int Available, bool Discontinued,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
