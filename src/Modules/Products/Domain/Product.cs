namespace ECommerce.Products;

/// <summary>A product as the shop shows it.</summary>
/// <param name="Id">The id of the product.</param>
/// <param name="Sku">The stock keeping unit; no two products share one, whatever the case of its letters.</param>
/// <param name="Name">The name, in one line.</param>
/// <param name="Description">The description; may have several lines.</param>
/// <param name="Category">The category.</param>
/// <param name="Price">The price of one unit today.</param>
/// <param name="Available">Units that can be ordered now: those on hand and not reserved.</param>
/// <param name="Discontinued">Whether the product is off sale and not listed; it remains for the orders that refer to it.</param>
/// <param name="CreatedAt">When the product was created.</param>
/// <param name="UpdatedAt">When the product was last changed; sales do not count.</param>
internal sealed record Product(
    Guid Id, string Sku, string Name, string Description, string Category, Money Price, int Available, bool Discontinued,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
