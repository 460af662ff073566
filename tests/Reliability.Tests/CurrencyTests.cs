namespace ECommerce.Reliability.Tests;

/// <summary>Money keeps the currency in which it was priced and paid.</summary>
public sealed class CurrencyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_start_whose_currency_contradicts_the_books_is_refused()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        (await (await site.OpenAsync(("Shop__Currency", "JPY"))).TerminateAsync()).ShouldBe(0);
        var shop = await site.OpenAsync(("Shop__Currency", "EUR")); // nothing had a price yet
        var order = await shop.Given.APaidOrderAsync();
        (await site.ListAsync<string>(CurrenciesKept)).ShouldBe(["EUR", "EUR", "EUR"]);
        await site.ExecuteAsync("UPDATE orders.orders SET currency = NULL; UPDATE products.products SET currency = NULL"); // as the version before this one wrote them
        var asBefore = await shop.GetAsync($"/api/orders/{order.Id}", order.Customer);
        asBefore.Body.GetProperty("total").GetProperty("currency").GetString().ShouldBe("EUR");
        (await shop.TerminateAsync()).ShouldBe(0);

        var changed = site.Start(("Shop__Currency", "JPY"));

        (await changed.WaitForExitAsync()).ShouldBe(1);
        changed.Errors.ShouldBe(["Shop__Currency is JPY, and the products in this database are in EUR: set Shop__Currency to EUR, or use another database."]);
    }

    [Fact]
    public async Task A_currency_without_decimals_has_none_anywhere()
    {
        await using var shop = await OwnShop.StartAsync(("Shop:Currency", "JPY"), ("Shop:DemoData", "true"));
        var admin = await shop.Given.AdminAsync();

        object Lamp(decimal amount) => new { sku = Given.NewSku(), name = "Lamp", description = "Bright", category = "lamps", price = new { amount, currency = "JPY" }, stock = 5 };
        var refused = await shop.PostAsync("/api/products", Lamp(149.50m), admin);
        var lamp = await shop.PostAsync("/api/products", Lamp(150m), admin);
        var demo = (await shop.GetAsync("/api/products?limit=100")).Body.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("price").GetProperty("amount").GetDecimal()).ToArray();
        var sold = await shop.PostAsync("/api/orders", new { lines = new[] { new { productId = lamp.Id, quantity = 3 } } }, await shop.Given.ACustomerAsync());
        var stats = await shop.GetAsync("/api/orders/stats", admin);

        refused.Fields.ShouldBe(["price.amount"]);
        refused.Text.ShouldContain("Must have no decimals: JPY has none.");
        demo.ShouldAllBe(price => price == decimal.Truncate(price) && price >= 1);
        sold.Body.GetProperty("total").GetRawText().ShouldBe("""{"amount":450.00,"currency":"JPY"}""");
        stats.Body.GetProperty("averageOrderValue").GetProperty("amount").GetDecimal().ShouldBe(450m);
    }

    private const string CurrenciesKept = "SELECT currency FROM orders.orders UNION ALL SELECT currency FROM products.products UNION ALL SELECT currency FROM products.reservations";
}
