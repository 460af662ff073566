using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Products;

/// <summary>A seed of some two hundred products for an empty shop, if <see cref="ShopOptions.DemoData"/> is set.</summary>
internal sealed class DemoCatalogue(ProductsDb db, IOptions<ShopOptions> shop, IHostEnvironment environment, TimeProvider clock) : ISeed
{
    private sealed record Item(string Sku, string Name, decimal Price, int Stock, string Description);

    public async Task SeedAsync(CancellationToken ct)
    {
        if (!(shop.Value.DemoData ?? environment.IsDevelopment()))
            return;

        (string Category, Item Item)[] catalogue = [.. Read().SelectMany(shelf => shelf.Value, (shelf, item) => (shelf.Key, item))];
        await db.ExecuteAsync(
            InsertCatalogue,
            new
            {
                Ids = catalogue.Select(product => IdOf(product.Item.Sku)).ToArray(),
                Skus = catalogue.Select(product => product.Item.Sku).ToArray(),
                Names = catalogue.Select(product => product.Item.Name).ToArray(),
                Descriptions = catalogue.Select(product => product.Item.Description).ToArray(),
                Categories = catalogue.Select(product => product.Category).ToArray(),
                Prices = catalogue.Select(product => PriceOf(product.Item)).ToArray(),
                shop.Value.Currency,
                Stocks = catalogue.Select(product => product.Item.Stock).ToArray(),
                Now = clock.GetUtcNow(),
            },
            ct);
    }

    // The prices are written for a currency with cents.
    private decimal PriceOf(Item item) =>
        Math.Max(Currency.Smallest(shop.Value.Currency), decimal.Round(item.Price, Currency.Decimals(shop.Value.Currency), MidpointRounding.AwayFromZero));

    private static Dictionary<string, Item[]> Read()
    {
        using var file = typeof(DemoCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Item[]>>(file, JsonSerializerOptions.Web)!;
    }

    // The ids are the same in every shop, so that examples can name a product: a UUID of version 8, made from the SKU (RFC 9562, section
    // 5.8).
    private static Guid IdOf(string sku)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(sku)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    // The products are a minute apart, so that sorting by age mixes categories.
    private const string InsertCatalogue = """
        WITH item AS (
          SELECT *, @Now - ordinality * interval '1 minute' AS at
          FROM unnest(@Ids, @Skus, @Names, @Descriptions, @Categories, @Prices, @Stocks)
            WITH ORDINALITY AS item (id, sku, name, description, category, price, on_hand, ordinality)
          WHERE NOT EXISTS (SELECT FROM products.products)),
        product AS (
          INSERT INTO products.products (id, sku, name, description, category, price, currency, created_at, updated_at)
          SELECT id, sku, name, description, category, price, @Currency, at, at FROM item
          ON CONFLICT DO NOTHING
          RETURNING id),
        stock AS (
          INSERT INTO products.stock (product_id, on_hand)
          SELECT id, item.on_hand FROM product JOIN item USING (id))
        INSERT INTO products.stock_adjustments (id, product_id, delta, reason, at)
        SELECT gen_random_uuid(), id, item.on_hand, 'demo catalogue', item.at FROM product JOIN item USING (id) WHERE item.on_hand > 0
        """;
}
