using System.Text;

namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class CreateProductTests(ShopFixture shop)
{
    private static object Body(string? sku = null, string name = "Lamp", string description = "It shines.", string category = "lighting", object? price = null, object? stock = null) =>
        new { sku = sku ?? Given.NewSku(), name, description, category, price = price ?? new { amount = 12.50m, currency = "EUR" }, stock = stock ?? 3 };

    [Fact]
    public async Task A_new_product_can_be_seen_and_its_first_stock_is_noted()
    {
        var admin = await shop.Given.AdminAsync();
        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/products", Body(), admin);
        seen.Answer.Status.ShouldBe(201);
        seen.With("adjustments", await shop.RowsAsync(
            "SELECT delta, reason, by_user FROM products.stock_adjustments WHERE product_id = @Id", new { seen.Answer.Id }));
        Snapshot.Match(seen);

        (await shop.GetAsync(seen.Answer.Header("Location")!)).Text.ShouldBe(seen.Answer.Text);
    }

    [Fact]
    public async Task A_sku_is_taken_whatever_its_case_and_even_when_its_product_is_discontinued()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync();
        await shop.DeleteAsync($"/api/products/{product.Id}", admin);
        var refused = await shop.ObserveAsync(HttpMethod.Post, "/api/products", Body(product.Sku.ToLowerInvariant()), admin);
        refused.Answer.Status.ShouldBe(409);
        refused.Answer.Code.ShouldBe("products.sku_taken");
        refused.Metrics.Keys.ShouldNotContain("products_created_total");
    }

    [Fact]
    public async Task Of_twenty_products_with_one_sku_created_at_once_one_is_made()
    {
        var admin = await shop.Given.AdminAsync();
        var body = Body();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PostAsync("/api/products", body, admin)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Code == "products.sku_taken").ShouldBe(19);
    }

    [Fact]
    public async Task Only_an_admin_creates_products()
    {
        (await shop.PostAsync("/api/products", Body())).Status.ShouldBe(401);
        (await shop.PostAsync("/api/products", Body(), await shop.Given.ACustomerAsync())).Status.ShouldBe(403);
    }

    public static TheoryData<string, string> BrokenRules => new()
    {
        { "sku", """{"sku":"no spaces","name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "sku", """{"sku":"","name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "sku", """{"name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "name", """{"sku":"S-1","name":"  ","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "name", """{"sku":"S-1","name":"n\u0000","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "description", """{"sku":"S-1","name":"n","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "category", """{"sku":"S-1","name":"n","description":"","category":"Home Office","price":{"amount":1,"currency":"EUR"},"stock":1}""" },
        { "price", """{"sku":"S-1","name":"n","description":"","category":"c","stock":1}""" },
        { "price.amount", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":0,"currency":"EUR"},"stock":1}""" },
        { "price.amount", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1.005,"currency":"EUR"},"stock":1}""" },
        { "price.amount", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":10000000000,"currency":"EUR"},"stock":1}""" },
        { "price.amount", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1e400,"currency":"EUR"},"stock":1}""" },
        { "price.currency", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1,"currency":"USD"},"stock":1}""" },
        { "price.currency", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1},"stock":1}""" },
        { "stock", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":-1}""" },
        { "stock", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1000001}""" },
        { "colour", """{"sku":"S-1","name":"n","description":"","category":"c","price":{"amount":1,"currency":"EUR"},"stock":1,"colour":"red"}""" },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public async Task A_broken_rule_is_refused_by_the_name_of_its_field(string field, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var refused = await shop.PostAsync("/api/products", content, await shop.Given.AdminAsync());
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("sku", 41)]
    [InlineData("name", 201)]
    [InlineData("description", 2001)]
    [InlineData("category", 51)]
    public async Task A_text_that_is_too_long_is_refused(string field, int length)
    {
        var text = new string('x', length);
        var body = field switch
        {
            "sku" => Body(sku: text),
            "name" => Body(name: text),
            "description" => Body(description: text),
            _ => Body(category: text),
        };
        var refused = await shop.PostAsync("/api/products", body, await shop.Given.AdminAsync());
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe([field]);
    }
}
