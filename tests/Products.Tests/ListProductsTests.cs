using System.Text.Json;

namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class ListProductsTests(ShopFixture shop)
{
    // A category of its own keeps the products of a test apart from those of all others.
    private readonly string _category = $"c-{Guid.NewGuid():N}";

    private Task<Product> Given(string name, decimal price = 10m, int stock = 5, string? sku = null) =>
        shop.Given.AProductAsync(stock, price, _category, name, sku);

    private async Task<string[]> NamesAsync(string query) =>
        NamesOf(await shop.GetAsync($"/api/products?category={_category}&{query}"));

    private static string[] NamesOf(Answer page)
    {
        page.Status.ShouldBe(200, page.Text);
        return [.. page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
    }

    [Fact]
    public async Task A_page_shows_products_as_they_are_and_where_to_go_on()
    {
        await Given("First");
        await Given("Second");
        var seen = await shop.ObserveAsync(HttpMethod.Get, $"/api/products?category={_category}&limit=1");
        NamesOf(seen.Answer).ShouldBe(["Second"]);
        seen.Answer.Body.GetProperty("next").GetString().ShouldNotBeNull();
        seen.Metrics.Keys.ShouldContain(series => series.Contains("ListProducts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("newest", "Cherry,Banana,Apple,Apple")]
    [InlineData("name", "Apple,Apple,Banana,Cherry")]
    [InlineData("price", "Banana,Apple,Cherry,Apple")]
    [InlineData("-price", "Apple,Cherry,Apple,Banana")]
    public async Task Each_order_can_be_leafed_through_to_its_end_without_gap_or_repetition(string sort, string expected)
    {
        await Given("Apple", 7m);
        await Given("Apple", 2m);
        await Given("Banana", 1m);
        await Given("Cherry", 2m);
        List<string> names = [];
        HashSet<Guid> ids = [];
        string? next = null;
        do
        {
            var page = await shop.GetAsync($"/api/products?category={_category}&sort={sort}&limit=1{(next is null ? "" : $"&after={next}")}");
            names.AddRange(NamesOf(page));
            ids.Add(page.Body.GetProperty("items")[0].GetProperty("id").GetGuid());
            next = page.Body.GetProperty("next").GetString();
        }
        while (next is not null);

        ids.Count.ShouldBe(4);
        string.Join(',', names).ShouldBe(expected);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("name")]
    public async Task A_page_of_the_usual_length_tells_where_the_one_product_more_is(string sort)
    {
        for (var i = 0; i < 21; i++)
            await Given($"Product {i:00}");

        var first = await shop.GetAsync($"/api/products?category={_category}&sort={sort}");
        NamesOf(first).Length.ShouldBe(20);
        var last = await shop.GetAsync($"/api/products?category={_category}&sort={sort}&after={first.Body.GetProperty("next").GetString()}");
        NamesOf(last).ShouldBe([sort == "name" ? "Product 20" : "Product 00"]);
        last.Body.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Search_looks_into_name_sku_and_description_and_takes_wildcards_as_they_are()
    {
        var product = await Given(@"100% Wool_blanket \o/");
        await Given("1000 Wools");
        (await NamesAsync("search=wool_")).ShouldBe([product.Name]);
        (await NamesAsync("search=100%25")).ShouldBe([product.Name]);
        (await NamesAsync("search=%5Co")).ShouldBe([product.Name]);
        (await NamesAsync($"search={product.Sku.ToLowerInvariant()}")).ShouldBe([product.Name]);
        (await NamesAsync("search=made%20for%20a%20TEST")).Length.ShouldBe(2);
        (await NamesAsync("search=")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Prices_and_stock_narrow_the_list()
    {
        await Given("Cheap", 1m);
        await Given("Middle", 5m, stock: 0);
        var dear = await Given("Dear", 9.99m, stock: 1);
        (await NamesAsync("sort=price&minPrice=1.01")).ShouldBe(["Middle", "Dear"]);
        (await NamesAsync("sort=price&maxPrice=5")).ShouldBe(["Cheap", "Middle"]);
        (await NamesAsync("minPrice=5&maxPrice=5")).ShouldBe(["Middle"]);
        (await NamesAsync("sort=price&inStock=true")).ShouldBe(["Cheap", "Dear"]);
        (await NamesAsync("inStock=false")).ShouldBe(["Middle"]);

        await shop.AReservationAsync((dear, 1));
        (await NamesAsync("inStock=true")).ShouldBe(["Cheap"]);
        (await NamesAsync("search=e&sort=price&minPrice=1&maxPrice=9&inStock=true")).ShouldBe(["Cheap"]);
    }

    [Fact]
    public async Task A_cursor_goes_on_only_in_the_order_it_was_made_in()
    {
        await Given("One");
        await Given("Two");
        string[] orders = ["newest", "name", "price", "-price"];
        foreach (var made in orders)
        {
            var next = (await shop.GetAsync($"/api/products?category={_category}&limit=1&sort={made}")).Body.GetProperty("next").GetString();
            foreach (var asked in orders)
            {
                var page = await shop.GetAsync($"/api/products?category={_category}&limit=1&sort={asked}&after={next}");
                page.Status.ShouldBe(made == asked ? 200 : 400);
                page.Fields.ShouldBe(made == asked ? [] : ["after"]);
            }
        }
    }

    [Theory]
    [InlineData("sort", "sort=cheapest")]
    [InlineData("sort", "sort=Price")]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=101")]
    [InlineData("limit", "limit=many")]
    [InlineData("after", "after=nonsense")]
    [InlineData("after", "after=bnVsbA")]
    [InlineData("minPrice", "minPrice=-1")]
    [InlineData("minPrice", "minPrice=1e400")]
    [InlineData("maxPrice", "maxPrice=10000000000")]
    [InlineData("maxPrice", "minPrice=2&maxPrice=1")]
    [InlineData("category", "category=No+Slug")]
    [InlineData("category", "category=%00")]
    [InlineData("search", "search=%00")]
    [InlineData("inStock", "inStock=maybe")]
    public async Task A_broken_rule_is_refused_by_the_name_of_its_field(string field, string query)
    {
        var refused = await shop.GetAsync($"/api/products?{query}");
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_search_that_is_too_long_is_refused() =>
        (await shop.GetAsync($"/api/products?search={new string('x', 201)}")).Fields.ShouldBe(["search"]);

    [Theory]
    [InlineData("""{"Key":{"Order":"name","Name":"a\u0000"},"Id":"00000000-0000-0000-0000-000000000000"}""", "name")]
    [InlineData("""{"Key":{"Order":"price","Name":"a"},"Id":"00000000-0000-0000-0000-000000000000"}""", "price")]
    [InlineData("""{"Key":{"Order":null},"Id":"00000000-0000-0000-0000-000000000000"}""", "newest")]
    [InlineData("""{"Key":{"Order":"newest","CreatedAt":"never"},"Id":"00000000-0000-0000-0000-000000000000"}""", "newest")]
    public async Task A_forged_cursor_is_refused(string forged, string sort)
    {
        var cursor = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(forged));
        (await shop.GetAsync($"/api/products?sort={sort}&after={cursor}")).Fields.ShouldBe(["after"]);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00+00:00", 0)]
    [InlineData("9999-12-31T23:59:59.9999999+00:00", 1)]
    [InlineData("2999-12-31T23:59:59+14:00", 1)]
    public async Task A_forged_time_in_a_cursor_is_a_time_like_any_other(string time, int shown)
    {
        await Given("One");
        var forged = $$"""{"Key":{"Order":"newest","CreatedAt":"{{time}}"},"Id":"00000000-0000-0000-0000-000000000000"}""";
        var cursor = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(forged));
        (await NamesAsync($"after={cursor}")).Length.ShouldBe(shown);
    }
}
