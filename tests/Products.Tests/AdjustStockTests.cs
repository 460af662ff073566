namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class AdjustStockTests(ShopFixture shop)
{
    [Fact]
    public async Task A_delivery_is_added_and_noted_with_who_and_why()
    {
        var product = await shop.Given.AProductAsync(stock: 2);
        var seen = await shop.ObserveAsync(
            HttpMethod.Post, $"/api/products/{product.Id}/stock", new { delta = 40, reason = "delivery 4711" }, await shop.Given.AdminAsync());
        seen.With("adjustments", await shop.RowsAsync(
            "SELECT delta, reason, by_user IS NOT NULL AS signed FROM products.stock_adjustments WHERE product_id = @Id ORDER BY at", new { product.Id }));
        Snapshot.Match(seen);
        (await shop.StockOfAsync(product)).ShouldBe((42, 0));
    }

    [Fact]
    public async Task What_is_reserved_cannot_be_taken_away()
    {
        var product = await shop.Given.AProductAsync(stock: 5);
        await shop.AReservationAsync((product, 3));
        var admin = await shop.Given.AdminAsync();
        var refused = await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = -3, reason = "broken" }, admin);
        refused.Status.ShouldBe(409);
        refused.Code.ShouldBe("products.stock_would_go_negative");
        (await shop.StockOfAsync(product)).ShouldBe((5, 3));

        (await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = -2, reason = "broken" }, admin)).Text
            .ShouldBe("""{"onHand":3,"reserved":3,"available":0}""");
    }

    [Fact]
    public async Task A_hundred_adjustments_at_once_are_all_counted()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(stock: 0);
        var answers = await Task.WhenAll(Enumerable.Range(1, 100).Select(delta =>
            shop.PostAsync($"/api/products/{product.Id}/stock", new { delta, reason = "delivery" }, admin)));
        answers.ShouldAllBe(answer => answer.Status == 200);
        (await shop.StockOfAsync(product)).ShouldBe((5050, 0));
    }

    [Fact]
    public async Task A_delivery_that_is_sent_again_under_its_key_is_added_once()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(stock: 2);
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        Task<Answer> Deliver(int delta) => shop.PostAsync($"/api/products/{product.Id}/stock", new { delta, reason = "delivery 4712" }, admin, key);

        var twins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Deliver(40)));
        var again = await Deliver(40);
        var other = await Deliver(41);

        twins.ShouldAllBe(answer => answer.Status == 200);
        twins.Count(answer => answer.Header("Idempotency-Replayed") is null).ShouldBe(1);
        (again.Status, again.Header("Idempotency-Replayed"), again.Text).ShouldBe((200, "true", """{"onHand":42,"reserved":0,"available":42}"""));
        (other.Status, other.Code).ShouldBe((422, "products.key_reused"));
        (await shop.StockOfAsync(product)).ShouldBe((42, 0));
    }

    [Fact]
    public async Task There_is_an_end_to_the_room_on_a_shelf()
    {
        var product = await shop.Given.AProductAsync(stock: 1);
        await shop.RowsAsync(
            "UPDATE products.stock SET on_hand = 1000000000 WHERE product_id = @Id", new { product.Id });
        var refused = await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = 1, reason = "delivery" }, await shop.Given.AdminAsync());
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["delta"]);
    }

    [Fact]
    public async Task A_broken_rule_is_refused_by_the_name_of_its_field()
    {
        var admin = await shop.Given.AdminAsync();
        var path = $"/api/products/{(await shop.Given.AProductAsync()).Id}/stock";
        (await shop.PostAsync(path, new { delta = 0, reason = "none" }, admin)).Fields.ShouldBe(["delta"]);
        (await shop.PostAsync(path, new { delta = 1_000_001, reason = "much" }, admin)).Fields.ShouldBe(["delta"]);
        (await shop.PostAsync(path, new { delta = 99_999_999_999, reason = "more" }, admin)).Fields.ShouldBe(["delta"]);
        (await shop.PostAsync(path, new { delta = 1 }, admin)).Fields.ShouldBe(["reason"]);
        (await shop.PostAsync(path, new { delta = 1, reason = new string('x', 201) }, admin)).Fields.ShouldBe(["reason"]);
    }

    [Fact]
    public async Task Only_an_admin_adjusts_and_only_what_is_there()
    {
        var product = await shop.Given.AProductAsync();
        var body = new { delta = 1, reason = "mine" };
        (await shop.PostAsync($"/api/products/{product.Id}/stock", body)).Status.ShouldBe(401);
        (await shop.PostAsync($"/api/products/{product.Id}/stock", body, await shop.Given.ACustomerAsync())).Status.ShouldBe(403);
        (await shop.PostAsync($"/api/products/{Guid.NewGuid()}/stock", body, await shop.Given.AdminAsync())).Status.ShouldBe(404);
    }
}
