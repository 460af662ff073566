namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class PlaceOrderTests(OrdersShop shop)
{
    [Fact]
    public async Task Placing_an_order_answers_with_its_receipt_and_holds_its_stock()
    {
        var customer = await shop.Given.ACustomerAsync();
        var (book, lamp) = (await shop.Given.AProductAsync(price: 12.50m), await shop.Given.AProductAsync(price: 40m, name: "A lamp"));

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/orders", Given.Lines((lamp, 1), (book, 2)), customer);

        seen.Answer.Status.ShouldBe(201);
        seen.Answer.Header("Location").ShouldBe($"/api/orders/{seen.Answer.Id}");
        seen.Answer.Body.GetProperty("total").GetProperty("amount").GetDecimal().ShouldBe(65.00m);
        (await shop.StockOfAsync(book)).ShouldBe((10, 2));
        seen.With("timeline", await shop.RowsAsync("SELECT seq, status FROM orders.timeline WHERE order_id = @Id", new { seen.Answer.Id }));
        Snapshot.Match(seen);
    }

    [Fact]
    public async Task Retrying_an_order_returns_the_first_receipt_and_takes_stock_once()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.AnOrderAsync(customer, (product, 3));

        var retried = await RetryAsync(order, Given.Lines((product, 3)), customer);

        retried.Status.ShouldBe(201);
        retried.Header("Idempotency-Replayed").ShouldBe("true");
        retried.Header("Location").ShouldBe($"/api/orders/{order.Id}");
        retried.Text.ShouldBe(order.Receipt.Text);
        order.Receipt.Header("Idempotency-Replayed").ShouldBeNull();
        (await shop.StockOfAsync(product)).ShouldBe((10, 3));
    }

    [Fact]
    public async Task A_replay_shows_the_order_as_it_was_placed_whatever_has_become_of_it()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.APaidOrderAsync(customer, (product, 1));
        (await shop.ShipAsync(order)).Status.ShouldBe(200);

        var retried = await RetryAsync(order, Given.Lines((product, 1)), customer);

        retried.Status.ShouldBe(201);
        retried.Text.ShouldBe(order.Receipt.Text);
        retried.Status().ShouldBe("placed");
    }

    [Fact]
    public async Task A_key_that_was_used_for_other_lines_is_refused()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.AnOrderAsync(customer, (product, 1));

        var refused = await RetryAsync(order, Given.Lines((product, 2)), customer);

        (refused.Status, refused.Code).ShouldBe((422, "orders.key_reused"));
        (await shop.StockOfAsync(product)).ShouldBe((10, 1));
    }

    [Fact]
    public async Task A_key_that_somebody_else_has_used_is_refused()
    {
        var product = await shop.Given.AProductAsync();
        var order = await shop.Given.AnOrderAsync(await shop.Given.ACustomerAsync(), (product, 1));

        var refused = await RetryAsync(order, Given.Lines((product, 1)), await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((409, "orders.key_taken"));
        refused.Text.ShouldNotContain(order.Customer.Id.ToString());
    }

    [Fact]
    public async Task What_is_short_is_refused_with_the_line_and_what_is_left()
    {
        var (plenty, scarce) = (await shop.Given.AProductAsync(stock: 100), await shop.Given.AProductAsync(stock: 2));

        var refused = await shop.PostAsync("/api/orders", Given.Lines((plenty, 1), (scarce, 3)), await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((409, "orders.insufficient_stock"));
        var shortage = refused.Body.GetProperty("shortages").EnumerateArray().ShouldHaveSingleItem();
        shortage.GetProperty("line").GetInt32().ShouldBe(1);
        shortage.GetProperty("productId").GetGuid().ShouldBe(scarce.Id);
        shortage.GetProperty("requested").GetInt32().ShouldBe(3);
        shortage.GetProperty("available").GetInt32().ShouldBe(2);
        (await shop.StockOfAsync(plenty)).ShouldBe((100, 0));
    }

    [Fact]
    public async Task A_product_that_does_not_exist_is_refused_by_its_line()
    {
        var product = await shop.Given.AProductAsync();
        var nothing = product with { Id = Guid.NewGuid() };

        var refused = await shop.PostAsync("/api/orders", Given.Lines((product, 1), (nothing, 1)), await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((404, "orders.unknown_product"));
        refused.Fields.ShouldBe(["lines[1].productId"]);
        (await shop.StockOfAsync(product)).ShouldBe((10, 0));
    }

    [Theory]
    [InlineData("{}", "lines")]
    [InlineData("""{"lines":null}""", "lines")]
    [InlineData("""{"lines":[]}""", "lines")]
    [InlineData("""{"lines":[null]}""", "lines[0]")]
    [InlineData("""{"lines":[{"quantity":1}]}""", "lines[0].productId")]
    [InlineData("""{"lines":[{"productId":"00000000-0000-0000-0000-000000000000","quantity":1}]}""", "lines[0].productId")]
    [InlineData("""{"lines":[{"productId":"not-a-uuid","quantity":1}]}""", "lines[0].productId")]
    [InlineData("""{"lines":[{"productId":"0190f5fe-7c00-7a00-8000-000000000001"}]}""", "lines[0].quantity")]
    [InlineData("""{"lines":[{"productId":"0190f5fe-7c00-7a00-8000-000000000001","quantity":101}]}""", "lines[0].quantity")]
    [InlineData("""{"lines":[{"productId":"0190f5fe-7c00-7a00-8000-000000000001","quantity":99999999999}]}""", "lines[0].quantity")]
    [InlineData("""{"lines":[{"productId":"0190f5fe-7c00-7a00-8000-000000000001","quantity":1},{"productId":"0190f5fe-7c00-7a00-8000-000000000001","quantity":1}]}""", "lines[1].productId")]
    [InlineData("""{"lines":[{"productId":"0190f5fe-7c00-7a00-8000-000000000001","quantity":1,"price":0}]}""", "lines[0].price")]
    public async Task Lines_that_break_a_rule_are_refused_by_the_name_of_the_field(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var refused = await shop.PostAsync("/api/orders", content, await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((400, "validation_failed"));
        refused.Fields.ShouldContain(field);
    }

    [Fact]
    public async Task More_than_a_hundred_lines_are_refused()
    {
        var lines = Enumerable.Range(0, 101).Select(_ => new { productId = Guid.NewGuid(), quantity = 1 });

        var refused = await shop.PostAsync("/api/orders", new { lines }, await shop.Given.ACustomerAsync());

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["lines"]);
    }

    [Fact]
    public async Task An_order_that_costs_more_than_can_be_recorded_is_refused()
    {
        var product = await shop.Given.AProductAsync(price: 9_999_999_999.99m);

        var refused = await shop.PostAsync("/api/orders", Given.Lines((product, 2)), await shop.Given.ACustomerAsync());

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["lines"]);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_key_that_is_no_UUID_is_refused(string key)
    {
        var product = await shop.Given.AProductAsync();

        var refused = await shop.PostAsync("/api/orders", Given.Lines((product, 1)), await shop.Given.ACustomerAsync(), ("Idempotency-Key", key));

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["Idempotency-Key"]);
    }

    [Fact]
    public async Task Nobody_orders_without_a_token()
    {
        var refused = await shop.PostAsync("/api/orders", Given.Lines((await shop.Given.AProductAsync(), 1)));

        (refused.Status, refused.Code).ShouldBe((401, "unauthorized"));
    }

    [Fact]
    public async Task One_key_sent_twenty_times_at_once_makes_one_order()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var before = await shop.MetricsAsync();
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => InsistAsync(Given.Lines((product, 2)), customer, key)));

        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.Header("Idempotency-Replayed") is null).ShouldBe(1);
        (await shop.StockOfAsync(product)).ShouldBe((10, 2));
        (await shop.MetricsAsync()).Since(before)["orders_placed_total"].ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_buyers_race_for_ten_pieces_and_ten_of_them_get_one()
    {
        var product = await shop.Given.AProductAsync(stock: 10);
        var customers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.Given.ACustomerAsync()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => InsistAsync(Given.Lines((product, 1)), customers[i % 10])));

        answers.Count(answer => answer.Status == 201).ShouldBe(10);
        answers.Count(answer => answer.Code == "orders.insufficient_stock").ShouldBe(90);
        (await shop.StockOfAsync(product)).ShouldBe((10, 10));
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.order_lines WHERE product_id = @Id", new { product.Id })).ShouldBe(10);
    }

    [Fact]
    public async Task Two_carts_with_the_same_products_in_opposite_order_do_not_lock_each_other_out()
    {
        var customer = await shop.Given.ACustomerAsync();
        var (one, other) = (await shop.Given.AProductAsync(stock: 100), await shop.Given.AProductAsync(stock: 100));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            InsistAsync(i % 2 == 0 ? Given.Lines((one, 1), (other, 1)) : Given.Lines((other, 1), (one, 1)), customer)));

        answers.ShouldAllBe(answer => answer.Status == 201);
        (await shop.StockOfAsync(one)).ShouldBe((100, 40));
        (await shop.StockOfAsync(other)).ShouldBe((100, 40));
    }

    [Fact]
    public async Task A_receipt_keeps_the_price_and_the_name_of_the_day()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(price: 10m, name: "Old name"));
        var order = await shop.Given.AnOrderAsync(customer, (product, 1));
        var changed = new { name = "New name", price = new { amount = 99m, currency = "EUR" } };
        (await shop.PutAsync($"/api/products/{product.Id}", changed, await shop.Given.AdminAsync())).Status.ShouldBe(200);

        var line = (await shop.GetAsync($"/api/orders/{order.Id}", customer)).Body.GetProperty("lines")[0];

        line.GetProperty("name").GetString().ShouldBe("Old name");
        line.GetProperty("unitPrice").GetProperty("amount").GetDecimal().ShouldBe(10m);
    }

    /// <summary>A busy host may answer 503: it says itself that a retry with the same key is safe.</summary>
    private Task<Answer> InsistAsync(object body, Customer customer, string? key = null)
    {
        key ??= Guid.CreateVersion7().ToString();
        return Eventually.GetAsync(async () =>
            await shop.PostAsync("/api/orders", body, customer, ("Idempotency-Key", key)) is { Status: not 503 } answer ? answer : null);
    }

    private Task<Answer> RetryAsync(Order order, object body, Customer customer) =>
        shop.PostAsync("/api/orders", body, customer, ("Idempotency-Key", order.Id.ToString()));
}
