namespace ECommerce.Host.Tests.Http;

/// <summary>Ids, queries and headers that nobody should send.</summary>
public sealed class BadAddressTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private static readonly string Long = new('a', 5000);

    public static TheoryData<string> CallsWithAnId => new(Api.Endpoints.Where(endpoint => endpoint.Path.Contains('{')).Select(endpoint => endpoint.Call));

    public static TheoryData<string, string, string[]> Queries => new()
    {
        { "/api/users", "search", ["%00", Long] },
        { "/api/users", "limit", ["0", "101", "-1", "1.5", "abc", "99999999999999999999", "%00"] },
        { "/api/users", "after", ["abc", "e30", "bnVsbA", "%00", "%F0%9F%98%80", Long] },
        { "/api/products", "search", ["%00", Long] },
        { "/api/products", "category", ["%00", Long] },
        { "/api/products", "minPrice", ["abc", "-1", "1e400", "NaN", "99999999999999999999999999999999999", "%00"] },
        { "/api/products", "maxPrice", ["abc", "-1", "1e400", "Infinity", "79228162514264337593543950335", "%00"] },
        { "/api/products", "inStock", ["maybe", "2", "%00"] },
        { "/api/products", "sort", ["nonsense", "0", "%00"] },
        { "/api/products", "limit", ["0", "101", "-1", "1.5", "abc", "99999999999999999999", "%00"] },
        { "/api/products", "after", ["abc", "e30", "bnVsbA", "%00", "%F0%9F%98%80", Long] },
        { "/api/orders", "status", ["nonsense", "0", "-1", "Placed%00", "%00"] },
        { "/api/orders", "from", ["yesterday", "2026-02-30", "99999-01-01", "%00"] },
        { "/api/orders", "to", ["tomorrow", "2026-13-01T00:00:00Z", "%00"] },
        { "/api/orders", "userId", ["abc", "1", "%00"] },
        { "/api/orders", "limit", ["0", "101", "-1", "1.5", "abc", "99999999999999999999", "%00"] },
        { "/api/orders", "after", ["abc", "e30", "bnVsbA", "%00", "%F0%9F%98%80", Long] },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_value_that_a_list_cannot_use_is_refused_by_name(string path, string name, string[] values)
    {
        var admin = await shop.Given.AdminAsync();
        foreach (var value in values)
            shop.ShouldRefuse(await shop.GetAsync($"{path}?{name}={value}", admin), $"{path}?{name}={value[..Math.Min(value.Length, 40)]}", name);
    }

    [Theory]
    [InlineData("/api/users?search=%25_%5C%27%22")]
    [InlineData("/api/users?search=%FF%FE")]
    [InlineData("/api/products?search=%25%25_%5C%5C%27%3B--&category=%27")]
    [InlineData("/api/products?search=%ED%A0%80")]
    [InlineData("/api/products?nonsense=1&limit=1&limit=2")]
    [InlineData("/api/orders?from=0001-01-01T00:00:00%2B14:00&to=9999-12-31T23:59:59.9999999-14:00")]
    [InlineData("/api/orders?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z")]
    public async Task A_strange_list_never_breaks(string path) =>
        (await shop.GetAsync(path, await shop.Given.AdminAsync())).Status.ShouldBeLessThan(500);

    [Theory]
    [MemberData(nameof(CallsWithAnId))]
    public async Task An_id_that_is_none_leads_nowhere(string call)
    {
        var (endpoint, scene) = (Api.Of(call), new Scene(shop));
        var caller = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await scene.OwnerAsync();
        foreach (var id in (string[])["not-a-uuid", "00000000-0000-0000-0000-000000000000", "1", "%FF", "..%2F..", new string('9', 500)])
        {
            var path = Api.Braces().Replace(endpoint.Path, id);
            var body = endpoint.Body is null ? null : new StringContent(await scene.FillAsync(endpoint.Body), null, "application/json");
            shop.ShouldRefuse(await shop.SendAsync(endpoint.Method, path, body, caller), $"{endpoint.Method} {path}");
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{0190f5fe-7c00-7a00-8000-000000000001}")]
    [InlineData("0190f5fe-7c00-7a00-8000-000000000001, 0190f5fe-7c00-7a00-8000-000000000002")]
    public async Task An_idempotency_key_must_be_a_UUID(string key)
    {
        var order = Given.Lines((await shop.Given.AProductAsync(), 1));

        var answer = await shop.PostAsync("/api/orders", order, await shop.Given.ACustomerAsync(), ("Idempotency-Key", key));

        shop.ShouldRefuse(answer, key, "Idempotency-Key");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("\"1\" \"2\"")]
    [InlineData("\"1\", nonsense")]
    [InlineData("*, \"1\"")]
    [InlineData("\"")]
    public async Task Versions_must_be_ETags(string tag)
    {
        var product = await shop.Given.AProductAsync();

        var answer = await shop.PutAsync($"/api/products/{product.Id}", new { name = "Lamp" }, await shop.Given.AdminAsync(), ("If-Match", tag));

        shop.ShouldRefuse(answer, tag, "If-Match");
    }

    [Theory]
    [InlineData("W/\"1\"")]
    [InlineData("\"nonsense\"")]
    [InlineData("\"99999999999999999999999\"")]
    [InlineData("\"nonsense\", W/\"1\"")]
    public async Task A_version_that_never_was_is_not_the_current_one(string tag)
    {
        var product = await shop.Given.AProductAsync();

        var answer = await shop.PutAsync($"/api/products/{product.Id}", new { name = "Lamp" }, await shop.Given.AdminAsync(), ("If-Match", tag));

        answer.Code.ShouldBe("precondition_failed");
    }
}
