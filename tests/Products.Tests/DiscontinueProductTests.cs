using ECommerce.Products.Contracts;

namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class DiscontinueProductTests(ShopFixture shop)
{
    [Fact]
    public async Task A_discontinued_product_is_found_but_not_listed_and_not_sold()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(category: $"c-{Guid.NewGuid():N}");
        (await shop.DeleteAsync($"/api/products/{product.Id}", admin)).Status.ShouldBe(204);

        (await shop.GetAsync($"/api/products/{product.Id}")).Body.GetProperty("discontinued").GetBoolean().ShouldBeTrue();
        (await shop.GetAsync($"/api/products?category={product.Category}")).Body.GetProperty("items").GetArrayLength().ShouldBe(0);
        var refused = await shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), product.Times(1));
        refused.Error!.Code.ShouldBe(StockErrors.UnknownProduct.Code);
    }

    [Fact]
    public async Task Discontinuing_twice_changes_nothing()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}";
        await shop.DeleteAsync(path, admin);
        var before = await shop.GetAsync(path);
        (await shop.DeleteAsync(path, admin)).Status.ShouldBe(204);
        var after = await shop.GetAsync(path);
        after.Text.ShouldBe(before.Text);
        after.ETag.ShouldBe(before.ETag);
    }

    [Fact]
    public async Task Only_an_admin_discontinues_and_only_what_is_there()
    {
        var product = await shop.Given.AProductAsync();
        (await shop.DeleteAsync($"/api/products/{product.Id}")).Status.ShouldBe(401);
        (await shop.DeleteAsync($"/api/products/{product.Id}", await shop.Given.ACustomerAsync())).Status.ShouldBe(403);
        (await shop.DeleteAsync($"/api/products/{Guid.NewGuid()}", await shop.Given.AdminAsync())).Status.ShouldBe(404);
    }
}
