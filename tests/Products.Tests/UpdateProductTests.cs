namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class UpdateProductTests(ShopFixture shop)
{
    [Fact]
    public async Task A_new_price_is_shown_and_counted_and_the_rest_stays()
    {
        var product = await shop.Given.AProductAsync(price: 10m);
        var seen = await shop.ObserveAsync(
            HttpMethod.Put, $"/api/products/{product.Id}", new { price = new { amount = 12.34m, currency = "EUR" } }, await shop.Given.AdminAsync());
        seen.Metrics["product_price_changes_total"].ShouldBe(1);
        Snapshot.Match(seen);
        (await shop.GetAsync($"/api/products/{product.Id}")).Text.ShouldBe(seen.Answer.Text);
    }

    [Fact]
    public async Task The_same_price_is_no_change_of_price()
    {
        var product = await shop.Given.AProductAsync(price: 10m);
        var seen = await shop.ObserveAsync(
            HttpMethod.Put, $"/api/products/{product.Id}", new { name = "New", price = new { amount = 10.00m, currency = "EUR" } }, await shop.Given.AdminAsync());
        seen.Answer.Status.ShouldBe(200);
        seen.Metrics.Keys.ShouldNotContain("product_price_changes_total");
    }

    [Fact]
    public async Task An_edit_of_what_has_changed_since_it_was_read_is_refused()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}";
        var tag = (await shop.GetAsync(path)).ETag!;
        (await shop.PutAsync(path, new { name = "First" }, admin, ("If-Match", tag))).Status.ShouldBe(200);

        var refused = await shop.PutAsync(path, new { name = "Second" }, admin, ("If-Match", tag));
        refused.Status.ShouldBe(412);
        refused.Code.ShouldBe("precondition_failed");
        (await shop.GetAsync(path)).Body.GetProperty("name").GetString().ShouldBe("First");
    }

    [Fact]
    public async Task An_edit_answers_the_ETag_for_the_next_one_and_names_any_of_the_versions_that_it_is_for()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}";
        var tag = (await shop.GetAsync(path)).ETag!;

        var first = await shop.PutAsync(path, new { name = "First" }, admin, ("If-Match", $"\"7777\",, {tag}"));
        (first.Status, first.ETag).ShouldBe((200, (await shop.GetAsync(path)).ETag));

        (await shop.PutAsync(path, new { name = "Second" }, admin, ("If-Match", $"{tag}, \"7777\""))).Status.ShouldBe(412);
        (await shop.PutAsync(path, new { name = "Third" }, admin, ("If-Match", tag), ("If-Match", first.ETag!))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_sale_in_between_does_not_stand_in_the_way_of_an_edit()
    {
        var product = await shop.Given.AProductAsync();
        var tag = (await shop.GetAsync($"/api/products/{product.Id}")).ETag!;
        await shop.AReservationAsync((product, 1));
        var edited = await shop.PutAsync($"/api/products/{product.Id}", new { name = "New" }, await shop.Given.AdminAsync(), ("If-Match", tag));
        edited.Status.ShouldBe(200);
        edited.Body.GetProperty("available").GetInt32().ShouldBe(product.Stock - 1);
    }

    [Fact]
    public async Task Of_ten_edits_of_one_version_at_once_one_is_made()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}";
        var tag = (await shop.GetAsync(path)).ETag!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => shop.PutAsync(path, new { name = $"Edit {n}" }, admin, ("If-Match", tag))));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 412).ShouldBe(9);
    }

    [Fact]
    public async Task Only_an_admin_edits_and_only_what_is_there()
    {
        var product = await shop.Given.AProductAsync();
        (await shop.PutAsync($"/api/products/{product.Id}", new { name = "Mine" })).Status.ShouldBe(401);
        (await shop.PutAsync($"/api/products/{product.Id}", new { name = "Mine" }, await shop.Given.ACustomerAsync())).Status.ShouldBe(403);
        (await shop.PutAsync($"/api/products/{Guid.NewGuid()}", new { name = "Mine" }, await shop.Given.AdminAsync())).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_broken_rule_is_refused_by_the_name_of_its_field()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}";
        (await shop.PutAsync(path, new { }, admin)).Fields.ShouldBe(["body"]);
        (await shop.PutAsync(path, new { name = "" }, admin)).Fields.ShouldBe(["name"]);
        (await shop.PutAsync(path, new { category = "No Slug" }, admin)).Fields.ShouldBe(["category"]);
        (await shop.PutAsync(path, new { price = new { amount = 1m, currency = "USD" } }, admin)).Fields.ShouldBe(["price.currency"]);
        (await shop.PutAsync(path, new { sku = "S-2" }, admin)).Fields.ShouldBe(["sku"]);
        (await shop.PutAsync(path, new { name = "New" }, admin, ("If-Match", "no quotes"))).Fields.ShouldBe(["If-Match"]);
    }
}
