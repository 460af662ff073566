using Xunit.Abstractions;

namespace ECommerce.Orders.Tests;

/// <summary>What one customer can hold without paying, with the settings that a shop has by default.</summary>
public sealed class HoardingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task One_account_cannot_reserve_the_whole_shop()
    {
        await using var shop = await DefaultShopAsync();
        var customer = await shop.Given.ACustomerAsync();
        var products = new List<Product>();
        for (var i = 0; i < 208; i++)
            products.Add(await shop.Given.AProductAsync(stock: 96, price: 12m));

        // The attack: ten orders of 21 lines, each line all that there is, at once.
        var answers = await Task.WhenAll(products.Chunk(21).Select(lines => shop.PostAsync(
            "/api/orders", Given.Lines([.. lines.Select(product => (product, 96))]), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()))));

        await shop.SettleAsync();
        var held = await shop.ScalarAsync<long>("SELECT sum(reserved) FROM products.stock");
        output.WriteLine($"{held} of {208 * 96} units are held by {answers.Count(answer => answer.Status == 201)} unpaid orders.");
        held.ShouldBeLessThanOrEqualTo(500);
    }

    [Theory]
    [InlineData(12, 1, 10, 1, "orders.too_many_unpaid_orders", 10)]
    [InlineData(7, 100, 5, 1, "orders.too_many_unpaid_units", 500)]
    [InlineData(7, 1, 2, 10_000, "orders.too_much_unpaid", 25_000)]
    public async Task What_waits_for_payment_is_bounded_and_paying_makes_room(int tries, int units, int placed, int price, string code, int most)
    {
        await using var shop = await DefaultShopAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 100_000, price: price));

        var answers = await Task.WhenAll(Enumerable.Range(0, tries).Select(_ => PlaceAsync(shop, product, units, customer)));

        answers.Count(answer => answer.Status == 201).ShouldBe(placed);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == code);
        answers.First(answer => answer.Status != 201).Body.GetProperty("most").GetDecimal().ShouldBe(most);
        (await shop.StockOfAsync(product)).Reserved.ShouldBe(placed * units);

        var order = answers.First(answer => answer.Status == 201);
        (await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer)).Status.ShouldBe(200);
        (await PlaceAsync(shop, product, units, customer)).Status.ShouldBe(201);
        (await PlaceAsync(shop, product, units, await shop.Given.ACustomerAsync())).Status.ShouldBe(201);
    }

    [Fact]
    public async Task An_order_that_is_on_record_is_repeated_whatever_the_bounds_say()
    {
        await using var shop = await DefaultShopAsync(("Orders:UnpaidOrders", "1"));
        var product = await shop.Given.AProductAsync();

        // Ten rounds: a twin that is recorded between another's look for the order and its look at the bounds is rare.
        for (var round = 0; round < 10; round++)
        {
            var customer = await shop.Given.ACustomerAsync();
            var key = Guid.CreateVersion7().ToString();

            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
                shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", key))));

            answers.ShouldAllBe(answer => answer.Status == 201);
            answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
            (await shop.StockOfAsync(product)).Reserved.ShouldBe(round + 1);
        }
    }

    [Fact]
    public async Task Orders_that_end_cancelled_are_bounded_by_the_hour_and_bought_ones_are_not()
    {
        await using var shop = await DefaultShopAsync(("Orders:OrdersPerHour", "3"));
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1000));
        for (var i = 0; i < 5; i++)
            await shop.Given.APaidOrderAsync(customer, (product, 1));
        for (var i = 0; i < 3; i++)
            (await shop.CancelAsync(await shop.Given.AnOrderAsync(customer, (product, 1)))).Status.ShouldBe(200);

        var refused = await PlaceAsync(shop, product, 1, customer);

        (refused.Status, refused.Code).ShouldBe((429, "orders.too_many_orders"));
        int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(3500, 3600);
        (await shop.StockOfAsync(product)).Reserved.ShouldBe(0);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        customer = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, customer.Password) };
        (await PlaceAsync(shop, product, 1, customer)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task An_order_that_nearly_empties_a_shelf_has_less_time_to_be_paid()
    {
        await using var shop = await DefaultShopAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 100));
        var plenty = await shop.Given.AnOrderAsync(customer, (product, 90));
        var scarce = await shop.Given.AnOrderAsync(customer, (product, 1));
        Window(plenty).ShouldBe(TimeSpan.FromMinutes(30));
        Window(scarce).ShouldBe(TimeSpan.FromMinutes(5));

        shop.Clock.Advance(TimeSpan.FromMinutes(5));

        await shop.BecomesAsync(scarce, "cancelled");
        (await shop.GetAsync($"/api/orders/{plenty.Id}", customer)).Body.GetProperty("payBy").GetDateTimeOffset()
            .ShouldBe(plenty.Receipt.Body.GetProperty("payBy").GetDateTimeOffset());
        (await shop.StockOfAsync(product)).Reserved.ShouldBe(90);

        static TimeSpan Window(Order order) =>
            order.Receipt.Body.GetProperty("payBy").GetDateTimeOffset() - order.Receipt.Body.GetProperty("placedAt").GetDateTimeOffset();
    }

    [Fact]
    public async Task One_order_is_tried_to_be_paid_so_often_and_no_more()
    {
        await using var shop = await OwnShop.StartAsync(("Payments:AttemptsPerOrder", "3"));
        var order = await shop.Given.AnOrderAsync();
        for (var i = 0; i < 3; i++)
            (await shop.PayAsync(order, "declined_card")).Status.ShouldBe(402);

        var refused = await shop.PayAsync(order);

        (refused.Status, refused.Code).ShouldBe((409, "orders.too_many_payments"));
        (await shop.AttemptsOfAsync(order)).Length.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_held_without_payment_is_counted()
    {
        await using var shop = await OwnShop.StartAsync();
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 100, price: 10m));
        await shop.Given.AnOrderAsync(customer, (product, 7));
        await shop.Given.APaidOrderAsync(customer, (product, 5));

        await Eventually.PassesAsync(async () =>
        {
            var metrics = await shop.MetricsAsync();
            metrics["orders_unpaid_units"].ShouldBe(7);
            metrics["""orders_unpaid_value{currency="EUR"}"""].ShouldBe(70);
        });
    }

    private static Task<Answer> PlaceAsync(OwnShop shop, Product product, int units, Customer customer) =>
        shop.PostAsync("/api/orders", Given.Lines((product, units)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));

    // The bounds of a shop by default; those that a test names are its own.
    private static Task<OwnShop> DefaultShopAsync(params (string Key, string? Value)[] settings) => OwnShop.StartAsync(
        [.. settings, .. Defaults.Where(bound => settings.All(setting => setting.Key != bound.Key))]);

    private static readonly (string Key, string? Value)[] Defaults =
        [("Orders:UnpaidOrders", "10"), ("Orders:UnpaidUnits", "500"), ("Orders:UnpaidValue", "25000"), ("Orders:OrdersPerHour", "60")];
}
