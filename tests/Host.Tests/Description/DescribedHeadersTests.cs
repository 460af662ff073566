using System.Text.Json.Nodes;

namespace ECommerce.Host.Tests.Description;

/// <summary>Every header that an answer carries is described at that answer, or is one of those that the introduction names.</summary>
public sealed class DescribedHeadersTests(DescribedHeadersTests.BusyShop shop) : IClassFixture<DescribedHeadersTests.BusyShop>
{
    // HTTP's own, and what the introduction says of every answer.
    private static readonly string[] Everywhere =
    [
        "Date", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Cache-Control", "Pragma", "Expires", "Vary",
        "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
    ];

    private readonly List<string> _missing = [];
    private readonly HashSet<string> _seen = [];
    private JsonNode _document = null!;

    [Fact]
    public async Task Every_header_of_an_answer_is_described()
    {
        _document = JsonNode.Parse((await shop.GetAsync("/openapi/v1.json")).Text)!;
        var (admin, customer, product) = (await shop.Given.AdminAsync(), await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var order = await AskAsync("post", "/api/orders", "/api/orders", Given.Lines((product, 1)), customer, key);
        await AskAsync("post", "/api/orders", "/api/orders", Given.Lines((product, 1)), customer, key);
        await AskAsync("post", "/api/orders", "/api/orders", Given.Lines((product, 2)), customer, key); // 422
        await AskAsync("post", "/api/orders", "/api/orders", Given.Lines((product, 100)), customer); // 409
        await AskAsync("post", "/api/orders", "/api/orders", new { lines = 1 }, customer); // 400
        await AskAsync("post", "/api/orders", "/api/orders", new StringContent("lines"), customer); // 415
        await AskAsync("post", "/api/orders", "/api/orders", new { }); // 401
        var read = await AskAsync("get", "/api/orders/{id}", $"/api/orders/{order.Id}", null, customer);
        await AskAsync("get", "/api/orders/{id}", $"/api/orders/{order.Id}", null, customer, ("If-None-Match", read.ETag!));
        await AskAsync("post", "/api/orders/{id}/pay", $"/api/orders/{order.Id}/pay", new { method = "declined_card" }, customer);
        await AskAsync("post", "/api/orders/{id}/pay", $"/api/orders/{order.Id}/pay", new { method = "slow_card" }, customer); // 202
        await AskAsync("get", "/api/orders/stats", "/api/orders/stats", null, customer); // 403
        await AskAsync("get", "/api/products", "/api/products?limit=1");
        await AskAsync("get", "/api/products", "/api/products?limit=0");
        await AskAsync("get", "/api/products/{id}", $"/api/products/{product.Id}");
        await AskAsync("put", "/api/products/{id}", $"/api/products/{product.Id}", new { name = "New" }, admin);
        await AskAsync("put", "/api/products/{id}", $"/api/products/{product.Id}", new { name = "New" }, admin, ("If-Match", "\"1\"")); // 412
        await AskAsync("post", "/api/products/{id}/stock", $"/api/products/{product.Id}/stock", new { delta = 1, reason = "More" }, admin, key);
        await AskAsync("post", "/api/products/{id}/stock", $"/api/products/{product.Id}/stock", new { delta = 1, reason = "More" }, admin, key);
        await AskAsync("post", "/api/products", "/api/products", new { sku = Given.NewSku(), name = "New", description = "", category = "new", price = new { amount = 1, currency = "EUR" }, stock = 0 }, admin);
        await AskAsync("delete", "/api/products/{id}", $"/api/products/{product.Id}", null, admin);
        await AskAsync("get", "/api/users/{id}", $"/api/users/{customer.Id}", null, customer);
        await AskAsync("put", "/api/users/{id}", $"/api/users/{customer.Id}", new { name = "Ada" }, customer);
        await AskAsync("get", "/api/users/{id}", $"/api/users/{Guid.NewGuid()}", null, customer); // 404
        foreach (var path in (string[])["/health", "/health/ready", "/ready", "/version", "/problems", "/.well-known/jwks.json"])
            await AskAsync("get", path, path);
        await AskAsync("get", "/problems/{code}", "/problems/not_found");
        await AskAsync("default", "/api/orders", "/api/orders", null, null); // 405
        for (var i = 0; i < 4; i++) // 401, and then 429
            await AskAsync("post", "/api/users/login", "/api/users/login", new { email = customer.Email, password = "wrong" });

        _missing.ShouldBeEmpty();
        _seen.Except(Everywhere).Order().ShouldBe(
            ["Allow", "ETag", "Idempotency-Replayed", "Location", "Retry-After", "WWW-Authenticate", "X-Request-Id", "X-Trace-Id"], Case.Insensitive);
    }

    private async Task<Answer> AskAsync(string method, string template, string path, object? body = null, Customer? by = null, params (string, string)[] headers)
    {
        var answer = await shop.SendAsync(method == "default" ? HttpMethod.Patch : new HttpMethod(method.ToUpperInvariant()), path, body, by, headers);
        var responses = method == "default" ? _document["paths"]![template]!["get"]!["responses"]! : _document["paths"]![template]![method]!["responses"]!;
        var described = Follow(responses[$"{answer.Status}"] ?? responses["default"]!)["headers"]!.AsObject().Select(header => header.Key);
        _seen.UnionWith(answer.Headers.Keys);
        _missing.AddRange(answer.Headers.Keys.Except(described, StringComparer.OrdinalIgnoreCase).Except(Everywhere, StringComparer.OrdinalIgnoreCase)
            .Select(header => $"{method} {template} {answer.Status}: {header}"));
        if (responses[$"{answer.Status}"] is null && method != "default")
            _missing.Add($"{method} {template}: {answer.Status}");
        return answer;
    }

    private JsonNode Follow(JsonNode node) => node["$ref"]?.GetValue<string>() is { } reference ? _document["components"]!["responses"]![reference.Split('/')[^1]]! : node;

    /// <summary>A shop that refuses a fourth wrong password and whose provider is slow.</summary>
    public sealed class BusyShop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Limits:FailedLoginsPerMinute"] = "3";
            settings["Payments:Timeout"] = "00:00:00.100";
        }
    }
}
