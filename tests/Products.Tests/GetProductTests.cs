namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class GetProductTests(ShopFixture shop)
{
    [Fact]
    public async Task Anyone_can_see_a_product()
    {
        var product = await shop.Given.AProductAsync(stock: 7, price: 19.90m);
        await shop.AReservationAsync((product, 2));
        var seen = await shop.ObserveAsync(HttpMethod.Get, $"/api/products/{product.Id}");
        seen.Answer.Body.GetProperty("available").GetInt32().ShouldBe(5);
        Snapshot.Match(seen);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        var product = await shop.Given.AProductAsync();
        var path = $"/api/products/{product.Id}";
        var tag = (await shop.GetAsync(path)).ETag!;
        var again = await shop.GetAsync(path, headers: ("If-None-Match", $"\"other\", W/{tag}"));
        again.Status.ShouldBe(304);
        again.ETag.ShouldBe(tag);
        again.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_tag_changes_with_the_product_and_with_its_stock()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(stock: 5);
        var path = $"/api/products/{product.Id}";
        List<string?> tags = [(await shop.GetAsync(path)).ETag];

        await shop.AReservationAsync((product, 1));
        tags.Add((await shop.GetAsync(path)).ETag);
        await shop.PutAsync(path, new { name = "Another name" }, admin);
        tags.Add((await shop.GetAsync(path)).ETag);
        await shop.PostAsync($"{path}/stock", new { delta = 1, reason = "found one" }, admin);
        tags.Add((await shop.GetAsync(path)).ETag);
        await shop.DeleteAsync(path, admin);
        tags.Add((await shop.GetAsync(path)).ETag);

        tags.ShouldBeUnique();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/stock")]
    public async Task An_unknown_product_is_not_found(string rest)
    {
        var refused = await shop.GetAsync($"/api/products/{Guid.NewGuid()}{rest}");
        refused.Status.ShouldBe(404);
        refused.Code.ShouldBe("not_found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/stock")]
    public async Task An_id_that_is_none_is_refused_by_its_name(string rest)
    {
        var refused = await shop.GetAsync($"/api/products/not-an-id{rest}");
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["id"]);
    }

    [Fact]
    public async Task Stock_tells_what_is_on_hand_and_what_is_promised()
    {
        var product = await shop.Given.AProductAsync(stock: 7);
        await shop.AReservationAsync((product, 3));
        var stock = await shop.GetAsync($"/api/products/{product.Id}/stock");
        stock.Status.ShouldBe(200);
        stock.Text.ShouldBe("""{"onHand":7,"reserved":3,"available":4}""");
    }
}
