using ECommerce.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Products.Tests;

public sealed class DemoCatalogueTests
{
    private const string Shown = "SELECT md5(string_agg(p::text || s::text, '' ORDER BY id)) FROM products.products AS p JOIN products.stock AS s ON product_id = id";

    [Fact]
    public async Task A_new_shop_has_two_hundred_products_in_a_dozen_categories_and_seeding_again_changes_nothing()
    {
        await using var shop = await OwnShop.StartAsync(("Shop:DemoData", "true"));
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.products")).ShouldBe(204);
        (await shop.ScalarAsync<long>("SELECT count(DISTINCT category) FROM products.products")).ShouldBe(12);
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.products WHERE price < 1 OR description = ''")).ShouldBe(0);
        (await shop.ScalarAsync<decimal>("SELECT sum(delta)::numeric FROM products.stock_adjustments"))
            .ShouldBe(await shop.ScalarAsync<decimal>("SELECT sum(on_hand)::numeric FROM products.stock"));
        var id = await shop.ScalarAsync<Guid>("SELECT id FROM products.products WHERE sku = 'AUD-1001'");
        id.ShouldBe(Guid.Parse("fc9250fe-8c9c-8bdd-adcf-c086ea3d11ab"));

        var before = await shop.ScalarAsync<string>(Shown);
        foreach (var seed in shop.Services.GetServices<ISeed>())
            await seed.SeedAsync(CancellationToken.None);
        (await shop.ScalarAsync<string>(Shown)).ShouldBe(before);
        (await shop.MetricsAsync())["products_created_total"].ShouldBe(0);
    }

    [Fact]
    public async Task A_shop_with_products_of_its_own_gets_none_for_show()
    {
        await using var shop = await OwnShop.StartAsync();
        await shop.Given.AProductAsync();
        await using var again = await OwnShop.StartAsync(("Shop:DemoData", "true"), ("ConnectionStrings:ECommerce", shop.ConnectionString));
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.products")).ShouldBe(1);
    }
}
