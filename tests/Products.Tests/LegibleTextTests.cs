namespace ECommerce.Products.Tests;

/// <summary>What an administrator writes and strangers read shows what it holds.</summary>
[Collection(Shop.Name)]
public sealed class LegibleTextTests(ShopFixture shop)
{
    [Theory]
    [InlineData("name", "Lamp \u202egnp.exe")]
    [InlineData("name", "Lamp\u0000b")]
    [InlineData("name", "Lamp\u001b[31m")]
    [InlineData("name", "La\u200bmp")]
    [InlineData("name", "La\nmp")]
    [InlineData("name", "\u0301Lamp")]
    [InlineData("name", "\u3164")]
    [InlineData("description", "It shines \u2066and\u2069 more")]
    [InlineData("description", "It shines\u0007")]
    [InlineData("description", "It shines\ue000")]
    public async Task A_text_that_hides_something_is_refused(string field, string text)
    {
        var (admin, product) = (await shop.Given.AdminAsync(), await shop.Given.AProductAsync());

        var changed = await shop.PutAsync($"/api/products/{product.Id}", new Dictionary<string, object> { [field] = text }, admin);
        var created = await shop.PostAsync("/api/products", new Dictionary<string, object>
        {
            ["sku"] = Given.NewSku(),
            ["name"] = "Lamp",
            ["description"] = "It shines.",
            ["category"] = "home",
            ["price"] = new { amount = 12.50m, currency = "EUR" },
            ["stock"] = 1,
            [field] = text,
        }, admin);

        (changed.Status, changed.Fields.Single()).ShouldBe((400, field), changed.Text);
        (created.Status, created.Fields.Single()).ShouldBe((400, field), created.Text);
    }

    [Fact]
    public async Task A_reason_for_stock_that_hides_something_is_refused()
    {
        var product = await shop.Given.AProductAsync();

        var answer = await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = 1, reason = "counted \u202etwice" }, await shop.Given.AdminAsync());

        (answer.Status, answer.Fields.Single()).ShouldBe((400, "reason"), answer.Text);
    }

    [Theory]
    [InlineData("name", "Zürich café \u2764\ufe0f")]
    [InlineData("description", "Two lines:\n\tone,\r\ntwo \U0001f469\u200d\U0001f680")]
    public async Task A_text_that_needs_lines_or_emoji_is_accepted(string field, string text)
    {
        var (admin, product) = (await shop.Given.AdminAsync(), await shop.Given.AProductAsync());

        var changed = await shop.PutAsync($"/api/products/{product.Id}", new Dictionary<string, object> { [field] = text }, admin);

        (changed.Status, changed.Body.GetProperty(field).GetString()).ShouldBe((200, text), changed.Text);
    }
}
