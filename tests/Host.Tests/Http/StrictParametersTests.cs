using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Host.Tests.Http;

/// <summary>Values are read exactly as the description has them; other spellings are refused by name. The attacks are made from the description.</summary>
public sealed class StrictParametersTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const string Id = "0190f5fe-7c00-7a00-8000-000000000001";

    private static readonly string[] LaxNumbers =
        ["1,5", "1,000", "26,90", "%201", "1%20", "%2B1", "01", "1.", ".5", "0x10", "1_000", "(1)", "1e", "1d", "", "%D9%A1", "true", "0.00000000000000000000000000000001"];

    private static readonly string[] LaxIntegers = [.. LaxNumbers, "1.0", "1e1", "20%00"];

    private static readonly string[] LaxBooleans = ["True", "TRUE", "%20true", "true%20", "1", "yes", "on", "", "true%00"];

    private static readonly string[] LaxTimes =
    [
        "01/02/2026", "10:00", "2026-01-02", "2026-01-02T10:00", "2026-01-02T10:00:00", "2026-01-02T10:00:00 01:00", "2026-01-02T10:00:00%2B01", "2026-01-02T10:00Z",
        "2026-01-02%2010:00:00Z", "Fri,%2002%20Jan%202026%2010:00:00%20GMT", "20260102T100000Z", "2026-1-2T10:00:00Z", "1767348000", "2026-01-02T10:00:00,5Z",
        "2026-01-02T10:00:00%2B0100", "2026-01-02T24:00:00Z", "2026-01-02T10:00:00.Z", "2026-01-02T10:00:00%2B15:00", "",
    ];

    private static readonly string[] LaxIds =
    [
        "0190f5fe7c007a008000000000000001", $"%7B{Id}%7D", $"({Id})", $"%20{Id}", $"{Id}%20", "0x90f5fe-7c00-7a00-8000-000000000001", "+190f5fe-7c00-7a00-8000-000000000001",
        "0190f5fe-7c00-7a00-8000-0x0000000001", $"urn:uuid:{Id}",
    ];

    [Fact]
    public async Task Every_query_value_is_read_as_described_or_refused_by_name()
    {
        var admin = await shop.Given.AdminAsync();
        var seen = 0;
        foreach (var (call, parameter) in await ParametersAsync("query"))
        {
            foreach (var value in LaxFor(parameter.GetProperty("schema")))
            {
                var (path, name) = ($"{call.Split(' ')[1]}?{parameter.GetProperty("name").GetString()}={value}", parameter.GetProperty("name").GetString()!);
                var answer = await shop.GetAsync(path, admin);
                answer.Code.ShouldBe("validation_failed", $"{path} is {answer.Status}");
                shop.ShouldRefuse(answer, path, name);
                seen++;
            }
        }

        seen.ShouldBeGreaterThan(150);
    }

    [Fact]
    public async Task A_query_value_that_is_given_twice_is_refused_by_name()
    {
        var admin = await shop.Given.AdminAsync();
        foreach (var (call, parameter) in await ParametersAsync("query"))
        {
            var (path, name) = (call.Split(' ')[1], parameter.GetProperty("name").GetString()!);
            foreach (var query in (string[])[$"{name}=1&{name}=2", $"{name}=1&{name}=1", $"{name}=1&{name.ToUpperInvariant()}=2", $"{name}=&{name}="])
            {
                var answer = await shop.GetAsync($"{path}?{query}", admin);
                shop.ShouldRefuse(answer, $"{path}?{query}", name);
                answer.Text.ShouldContain("Must be given once.", Case.Sensitive, query);
            }
        }
    }

    [Fact]
    public async Task Every_wrong_query_value_is_named_at_once()
    {
        var answer = await shop.GetAsync("/api/products?minPrice=1,5&inStock=yes&limit=1&limit=2");

        answer.Fields.ShouldBe(["inStock", "limit", "minPrice"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_spelling_that_is_described_is_understood()
    {
        var product = await shop.Given.AProductAsync(price: 150m);
        var customer = await shop.Given.ACustomerAsync();
        foreach (var query in (string[])["minPrice=1.5e2&maxPrice=1.5E%2B2", "minPrice=150&maxPrice=150.00", "minPrice=-0&maxPrice=15000e-2", "MINPRICE=150.000&inStock=true"])
        {
            var found = await shop.GetAsync($"/api/products?{query}&limit=100", customer);
            found.Status.ShouldBe(200, query);
            found.Text.ShouldContain(product.Id.ToString(), Case.Sensitive, query);
        }

        var order = (await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer)).Body.GetProperty("id").GetString()!;
        foreach (var query in (string[])
            ["from=2020-01-01T00:00:00Z", "from=2020-01-01t00:00:00z", "from=2020-01-01T00:00:00.123456789%2B14:00", "to=2120-01-01T00:00:00-00:00", "from=2020-01-01T00:00:00%2b05:30"])
            (await shop.GetAsync($"/api/orders?{query}", customer)).Text.ShouldContain(order, Case.Sensitive, query);
        (await shop.GetAsync("/api/orders?to=2020-01-01T00:00:00z", customer)).Text.ShouldNotContain(order);
        (await shop.GetAsync($"/api/orders/{order.ToUpperInvariant()}", customer)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_id_in_a_path_has_one_form()
    {
        var scene = new Scene(shop);
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.Path.Contains('{')))
        {
            var caller = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await scene.OwnerAsync();
            foreach (var id in LaxIds)
            {
                var body = endpoint.Body is null ? null : new StringContent(await scene.FillAsync(endpoint.Body), null, "application/json");
                var answer = await shop.SendAsync(endpoint.Method, Api.Braces().Replace(endpoint.Path, id), body, caller);
                answer.Code.ShouldBe("validation_failed", $"{endpoint.Call} of {id}");
                shop.ShouldRefuse(answer, $"{endpoint.Call} of {id}", "id");
            }
        }
    }

    [Theory]
    [InlineData("0x90f5fe-7c00-7a00-8000-000000000001")]
    [InlineData("+190f5fe-7c00-7a00-8000-000000000001")]
    [InlineData("\"\"0190f5fe-7c00-7a00-8000-000000000001\"\"")]
    [InlineData("\"0190f5fe-7c00-7a00-8000-000000000001")]
    [InlineData("\" 0190f5fe-7c00-7a00-8000-000000000001\"")]
    public async Task An_idempotency_key_has_one_form(string key)
    {
        var order = Given.Lines((await shop.Given.AProductAsync(), 1));

        var answer = await shop.PostAsync("/api/orders", order, await shop.Given.ACustomerAsync(), ("Idempotency-Key", key));

        shop.ShouldRefuse(answer, key, "Idempotency-Key");
    }

    [Theory]
    [InlineData("\"CARD\"")]
    [InlineData("\"Card\"")]
    [InlineData("\"card, declined_card\"")]
    [InlineData("\"slow_card , card\"")]
    [InlineData("\" card\"")]
    [InlineData("\"card \"")]
    [InlineData("\"slowCard\"")]
    [InlineData("\"SlowCard\"")]
    [InlineData("\"0\"")]
    [InlineData("0")]
    [InlineData("\"\"")]
    [InlineData("[\"card\"]")]
    public async Task A_payment_method_is_one_of_the_described_words(string method)
    {
        var customer = await shop.Given.ACustomerAsync();
        var order = (await shop.PostAsync("/api/orders", Given.Lines((await shop.Given.AProductAsync(), 1)), customer)).Body.GetProperty("id").GetString()!;

        var answer = await shop.PostAsync($"/api/orders/{order}/pay", Json($$"""{"method": {{method}}}"""), customer);

        shop.ShouldRefuse(answer, method, "method");
        answer.Text.ShouldContain("Must be one of card, declined_card, slow_card.");
        (await shop.GetAsync($"/api/orders/{order}", customer)).Body.GetProperty("status").GetString().ShouldBe("placed");
    }

    [Fact]
    public async Task Members_of_a_body_are_named_as_described()
    {
        var scene = new Scene(shop);
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.Body is not null))
        {
            var body = JsonNode.Parse(await scene.FillAsync(endpoint.Body!))!.AsObject();
            var (name, value) = body.First();
            body.Remove(name);
            body[char.ToUpperInvariant(name[0]) + name[1..]] = value!.DeepClone();
            var caller = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await scene.OwnerAsync();
            var answer = await shop.SendAsync(endpoint.Method, await scene.FillAsync(endpoint.Path), Json(body.ToJsonString()), caller);
            shop.ShouldRefuse(answer, endpoint.Call, char.ToUpperInvariant(name[0]) + name[1..]);
        }
    }

    [Theory]
    [InlineData("12.5000000000000000000000000000000000001")]
    [InlineData("0.010000000000000000000000000000000001")]
    [InlineData("1e-40")]
    public async Task A_price_is_not_rounded_to_what_is_allowed(string amount)
    {
        var body = $$$"""{"sku": "{{{Guid.NewGuid():N}}}", "name": "Lamp", "description": "Bright", "category": "lamps", "price": {"amount": {{{amount}}}, "currency": "EUR"}, "stock": 1}""";

        shop.ShouldRefuse(await shop.PostAsync("/api/products", Json(body), await shop.Given.AdminAsync()), amount, "price.amount");
    }

    [Theory]
    [InlineData("/ops/outbox?limit=+5", "limit")]
    [InlineData("/ops/outbox?limit=5&limit=6", "limit")]
    [InlineData("/ops/outbox?state=dead&state=dead", "state")]
    [InlineData("/debug/profile?format=pprof&format=pprof", "format")]
    public async Task Operations_read_query_values_as_exactly(string path, string field)
    {
        var answer = await OperateAsync(HttpMethod.Get, path);

        shop.ShouldRefuse(answer, path, field);
    }

    [Theory]
    [InlineData("/ops/log-levels/orders", "{\"level\": \"debug\"}", "level")]
    [InlineData("/ops/log-levels/orders", "{\"level\": \"Debug\", \"for\": \"1:30\"}", "for")]
    [InlineData("/ops/log-levels/orders", "{\"level\": \"Debug\", \"for\": \" 00:10:00 \"}", "for")]
    [InlineData("/ops/log-levels/orders", "{\"Level\": \"Debug\"}", "Level")]
    [InlineData("/ops/faults/latency", "{\"latency\": \"+5ms\"}", "latency")]
    [InlineData("/ops/faults/latency", "{\"latency\": \"5ms\", \"for\": \"0:5\"}", "for")]
    public async Task Operations_read_bodies_as_exactly(string path, string body, string field)
    {
        var answer = await OperateAsync(HttpMethod.Put, path, Json(body));

        shop.ShouldRefuse(answer, body, field);
    }

    private async Task<Answer> OperateAsync(HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await Answer.ReadAsync(await shop.Operator.SendAsync(request));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static string[] LaxFor(JsonElement schema) => (TypeOf(schema), schema.TryGetProperty("format", out var format) ? format.GetString() : null) switch
    {
        ("integer", _) => LaxIntegers,
        ("number", _) => LaxNumbers,
        ("boolean", _) => LaxBooleans,
        ("string", "date-time") => LaxTimes,
        ("string", "uuid") => [.. LaxIds, ""],
        _ => [],
    };

    private static string? TypeOf(JsonElement schema) => schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
        ? several.EnumerateArray().Select(one => one.GetString()).First(one => one != "null")
        : schema.GetProperty("type").GetString();

    private async Task<IReadOnlyList<(string Call, JsonElement Parameter)>> ParametersAsync(string place)
    {
        var document = (await shop.GetAsync("/openapi/v1.json")).Body;
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Value.TryGetProperty("parameters", out _)
               from parameter in operation.Value.GetProperty("parameters").EnumerateArray()
               where parameter.GetProperty("in").GetString() == place
               select ($"{operation.Name.ToUpperInvariant()} {path.Name}", parameter),
        ];
    }
}
