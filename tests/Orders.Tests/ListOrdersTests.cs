using System.Text.Json;

namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class ListOrdersTests(OrdersShop shop)
{
    [Fact]
    public async Task Customers_page_through_their_own_orders_newest_first()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        await shop.Given.AnOrderAsync();
        List<Guid> placed = [];
        for (var i = 0; i < 5; i++)
            placed.Add((await shop.Given.AnOrderAsync(customer, (product, 1))).Id);

        List<Guid> listed = [];
        var pages = 0;
        for (string? after = null; pages == 0 || after is not null; pages++)
        {
            var page = (await shop.GetAsync($"/api/orders?limit=2{(after is null ? "" : $"&after={after}")}", customer)).Body;
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            after = page.GetProperty("next").GetString();
        }

        pages.ShouldBe(3);
        listed.ShouldBe(placed.AsEnumerable().Reverse());
    }

    [Fact]
    public async Task Orders_that_were_placed_at_the_same_moment_are_all_listed_once()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        for (var i = 0; i < 3; i++)
            await shop.Given.AnOrderAsync(customer, (product, 1));
        await shop.RowsAsync("UPDATE orders.orders SET placed_at = now() WHERE user_id = @Id", new { customer.Id });

        var first = (await shop.GetAsync("/api/orders?limit=2", customer)).Body;
        var second = (await shop.GetAsync($"/api/orders?limit=2&after={first.GetProperty("next").GetString()}", customer)).Body;

        Ids(first).Concat(Ids(second)).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_listed_order_is_the_order_with_its_lines()
    {
        var order = await shop.Given.AnOrderAsync();

        var listed = (await shop.GetAsync("/api/orders", order.Customer)).Body.GetProperty("items")[0];

        listed.GetRawText().ShouldBe((await shop.GetAsync($"/api/orders/{order.Id}", order.Customer)).Text);
    }

    [Fact]
    public async Task Orders_are_found_by_status_and_by_time()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var paid = await shop.Given.APaidOrderAsync(customer, (product, 1));
        var placed = await shop.Given.AnOrderAsync(customer, (product, 1));
        var between = Uri.EscapeDataString(placed.Receipt.Body.GetProperty("placedAt").GetString()!);

        Ids((await shop.GetAsync("/api/orders?status=paid", customer)).Body).ShouldBe([paid.Id]);
        Ids((await shop.GetAsync("/api/orders?status=cancelled", customer)).Body).ShouldBeEmpty();
        Ids((await shop.GetAsync($"/api/orders?from={between}", customer)).Body).ShouldBe([placed.Id]);
        Ids((await shop.GetAsync($"/api/orders?to={between}", customer)).Body).ShouldBe([paid.Id]);
    }

    [Fact]
    public async Task An_admin_sees_everybodys_orders_or_one_customers()
    {
        var (one, other) = (await shop.Given.AnOrderAsync(), await shop.Given.AnOrderAsync());
        var admin = await shop.Given.AdminAsync();

        Ids((await shop.GetAsync("/api/orders?limit=2", admin)).Body).ShouldBe([other.Id, one.Id]);
        Ids((await shop.GetAsync($"/api/orders?userId={one.Customer.Id}", admin)).Body).ShouldBe([one.Id]);
    }

    [Fact]
    public async Task A_customer_may_name_nobody_else()
    {
        var order = await shop.Given.AnOrderAsync();

        var refused = await shop.GetAsync($"/api/orders?userId={Guid.NewGuid()}", order.Customer);
        var own = await shop.GetAsync($"/api/orders?userId={order.Customer.Id}", order.Customer);

        (refused.Status, refused.Code).ShouldBe((403, "forbidden"));
        Ids(own.Body).ShouldBe([order.Id]);
    }

    [Theory]
    [InlineData("status=Paid", "status")]
    [InlineData("status=1", "status")]
    [InlineData("status=lost%00", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01T00:00:00Z", "to")]
    [InlineData("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    [InlineData("userId=42", "userId")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("after=nowhere", "after")]
    public async Task A_query_that_breaks_a_rule_is_refused_by_the_name_of_the_field(string query, string field)
    {
        var refused = await shop.GetAsync($"/api/orders?{query}", await shop.Given.ACustomerAsync());

        (refused.Status, refused.Code).ShouldBe((400, "validation_failed"));
        refused.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z")]
    [InlineData("from=0001-01-01T00:00:00%2B14:00")]
    [InlineData("to=9999-12-31T23:59:59-14:00")]
    public async Task The_ends_of_time_break_nothing(string query) =>
        (await shop.GetAsync($"/api/orders?{query}", await shop.Given.ACustomerAsync())).Status.ShouldBeOneOf(200, 400);

    private static Guid[] Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];
}
