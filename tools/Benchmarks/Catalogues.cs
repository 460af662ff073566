using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>A shop that sells a thousand products against the same shop that sells a million: what a page or a product costs must not depend on it.</summary>
internal static class Catalogues
{
    private const string Fill = """
        INSERT INTO products.products (id, sku, name, description, category, price, created_at, updated_at)
        SELECT gen_random_uuid(), 'BULK-' || n, 'Product ' || md5(n::text), 'Number ' || n || ' of many.', 'bulk-' || n % 50, (n::bigint * 7919 % 100000 + 1) / 100.0,
               timestamptz '2026-01-01' - n * interval '1 second', timestamptz '2026-01-01'
        FROM generate_series(1, @Count) AS n;
        INSERT INTO products.stock (product_id, on_hand)
        SELECT id, 1000000 FROM products.products WHERE sku LIKE 'BULK-%';
        INSERT INTO products.stock_adjustments (id, product_id, delta, reason, at)
        SELECT gen_random_uuid(), id, 1000000, 'stocked', created_at FROM products.products WHERE sku LIKE 'BULK-%';
        """;

    // The ways of leafing through it, the far end of one included, and a search for what many products have.
    private static readonly string[] Queries = ["", "&sort=name", "&sort=-price", "&category=bulk-7", "&minPrice=500&sort=price", "&inStock=true", "&search=a1"];

    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        await using var venue = await Venue.OpenAsync(bench);
        foreach (var (name, count) in ((string, int)[])[("a thousand", 1_000), ("a million", 1_000_000)])
            await venue.EnterShopAsync(venue.Steps[^1] with { Name = name }, prepare: database => FillAsync(database, count, bench));

        var gets = new List<Entry>();
        foreach (var shop in venue.Contenders)
            gets.Add(new(shop, await Scenario.GetAsync(venue.Folder, await shop.ProductsAsync())));
        List<Tournament> tournaments = [new("GET product", gets, bench)];
        foreach (var query in Queries)
        {
            var list = await Scenario.ListAsync(venue.Folder, query);
            tournaments.Add(new(list.Name, [.. venue.Contenders.Select(shop => new Entry(shop, list))], bench));
        }

        return await Tournament.RunAsync(tournaments, bench);
    }

    private static async Task FillAsync(NpgsqlConnection database, int count, Bench bench)
    {
        bench.Progress.Say($"{count} products are written.");
        await database.ExecuteAsync(new(Fill, new { Count = count }, commandTimeout: 600, cancellationToken: bench.Closing));
        await database.ExecuteAsync(new("VACUUM ANALYZE", commandTimeout: 600, cancellationToken: bench.Closing));
    }
}
