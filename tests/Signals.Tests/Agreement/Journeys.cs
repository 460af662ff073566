namespace ECommerce.Signals.Tests.Agreement;

/// <summary>What one visitor after another does at the shop. Each makes what it needs.</summary>
internal sealed class Journeys(WatchedShop shop, string nameThatBreaks)
{
    private static readonly HttpMethod Brew = new("BREW");

    public IReadOnlyList<Func<Task>> All =>
    [
        BuyAsync, BuyAsync, CancelAsync, BeDeclinedAsync, WaitForTheBankAsync, JoinAndLeaveAsync, BreakAsync,
        KeepTheShopAsync, TrespassAsync, StumbleAsync, MumbleAsync, LoseTheWayAsync, BreakOffAsync, ProbeAsync,
    ];

    private static string NewKey() => Guid.CreateVersion7().ToString();

    private async Task BuyAsync()
    {
        var (customer, admin) = (await shop.Given.ACustomerAsync(), await shop.Given.AdminAsync());
        var product = await shop.Given.AProductAsync(stock: 5, price: 19.99m);
        await shop.GetAsync("/api/products?limit=3");
        await shop.GetAsync($"/api/products/{product.Id}/stock");
        var key = NewKey();
        var order = await shop.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", key));
        await shop.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", key));
        await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", key)); // 422
        await shop.PostAsync("/api/orders", Given.Lines((product, 3)), customer); // 409: two are left
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer);
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer);
        await shop.GetAsync($"/api/orders/{order.Id}", customer);
        await shop.GetAsync($"/api/orders/{order.Id}/timeline", customer);
        await shop.PostAsync($"/api/orders/{order.Id}/ship", by: admin);
        await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: customer); // 409: it is on its way
        await shop.PostAsync($"/api/orders/{order.Id}/deliver", by: admin);
        await shop.GetAsync("/api/orders", customer);
    }

    private async Task CancelAsync()
    {
        var paid = await shop.Given.APaidOrderAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => shop.PostAsync($"/api/orders/{paid.Id}/cancel", by: paid.Customer)));
        var unpaid = await shop.Given.AnOrderAsync();
        await shop.PostAsync($"/api/orders/{unpaid.Id}/cancel", by: unpaid.Customer);
    }

    private async Task BeDeclinedAsync()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "declined_card" }, order.Customer); // 402
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, order.Customer)));
    }

    private async Task WaitForTheBankAsync()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "slow_card" }, order.Customer); // 202
        await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: order.Customer); // 409
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { order.Id }) == "paid", "the bank has answered");
    }

    private async Task JoinAndLeaveAsync()
    {
        var (customer, admin) = (await shop.Given.ACustomerAsync(), await shop.Given.AdminAsync());
        await shop.PostAsync("/api/users", new { email = customer.Email, name = "Second", password = "correct horse battery" }); // 409
        await shop.PostAsync("/api/users/login", new { email = customer.Email, password = "a wrong one" }); // 401
        await shop.GetAsync("/api/users/me", customer);
        await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Grace Renamed" }, customer);
        await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Grace Again" }, customer, ("If-Match", "\"99\"")); // 412
        await shop.DeleteAsync($"/api/users/{customer.Id}", customer);
        await shop.GetAsync("/api/users/me", customer); // 401
        await shop.PostAsync($"/api/users/{customer.Id}/restore", by: admin); // 409
        var mistaken = await shop.Given.ACustomerAsync();
        await shop.PostAsync($"/api/users/{mistaken.Id}/revoke-tokens", by: mistaken);
        await shop.DeleteAsync($"/api/users/{mistaken.Id}", admin);
        await shop.PostAsync($"/api/users/{mistaken.Id}/restore", by: admin);
    }

    private async Task BreakAsync() =>
        await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = nameThatBreaks, password = "correct horse battery" }); // 500

    private async Task KeepTheShopAsync()
    {
        var (admin, product) = (await shop.Given.AdminAsync(), await shop.Given.AProductAsync());
        var seen = await shop.GetAsync($"/api/products/{product.Id}");
        await shop.GetAsync($"/api/products/{product.Id}", null, ("If-None-Match", seen.ETag!));
        var body = new { name = "Dearer", description = "Better.", category = "books", price = new { amount = 99.95m, currency = "EUR" } };
        await shop.PutAsync($"/api/products/{product.Id}", body, admin, ("If-Match", seen.ETag!));
        await shop.PutAsync($"/api/products/{product.Id}", body, admin, ("If-Match", seen.ETag!)); // 412
        await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = 5, reason = "counted" }, admin);
        await shop.GetAsync("/api/orders/stats", admin);
        await shop.GetAsync("/api/users?limit=5", admin);
        await shop.DeleteAsync($"/api/products/{product.Id}", admin);
    }

    private async Task TrespassAsync()
    {
        var (customer, order) = (await shop.Given.ACustomerAsync(), await shop.Given.AnOrderAsync());
        await shop.GetAsync("/api/users/me"); // 401
        await shop.GetAsync("/api/users/me", customer with { Token = "nonsense" });
        await shop.GetAsync("/api/users", customer); // 403
        await shop.GetAsync($"/api/orders/{order.Id}", customer); // 404
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer);
        await shop.PostAsync("/api/orders", new { lines = new[] { new { productId = Guid.CreateVersion7(), quantity = 1 } } }, customer);
    }

    private async Task StumbleAsync()
    {
        var customer = await shop.Given.ACustomerAsync();
        await shop.PostAsync("/api/users", new { email = "no address", name = "x", password = "short" }); // 400
        await shop.PostAsync("/api/orders", new { lines = Array.Empty<object>() }, customer);
        await shop.PostAsync("/api/orders", new { lines = Array.Empty<object>() }, customer, ("Idempotency-Key", "no key"));
        await shop.GetAsync("/api/products?limit=many");
        await shop.GetAsync("/api/orders/no-id", customer);
        await shop.GetAsync("/api/products?after=nonsense&search=%FF%00");
    }

    private async Task MumbleAsync()
    {
        foreach (var text in (string[])["", "null", "[]", "{\"email\": ", "{} {}", "nonsense"])
            await shop.PostAsync("/api/users", new StringContent(text, null, "application/json")); // 400
        await shop.PostAsync("/api/users", new StringContent("email=a", null, "application/x-www-form-urlencoded")); // 415
        await shop.PostAsync("/api/users", new StringContent("{}", null, "application/json") { Headers = { ContentType = new("application/json") { CharSet = "utf-16" } } });
        // The server answers and hangs up as soon as it knows the length; a caller who is still sending would not hear it.
        await shop.PostAsync("/api/users", new StringContent(new string(' ', Script.BodyBytes + 1), null, "application/json"), null, ("Expect", "100-continue")); // 413
    }

    private async Task LoseTheWayAsync()
    {
        await shop.GetAsync($"/wp-admin/{Guid.NewGuid()}?token=x");
        await shop.GetAsync("/api/nothing/here");
        await shop.GetAsync("/ops");
        await shop.DeleteAsync("/api/users"); // 405
        await shop.SendAsync(Brew, "/api/products");
        await shop.SendAsync(HttpMethod.Head, "/api/products");
        await shop.SendAsync(HttpMethod.Options, "/api/orders");
        await shop.GetAsync("/version");
        await shop.GetAsync("/openapi/v1.json");
        await shop.GetAsync("/problems/not_found");
        await shop.GetAsync("/.well-known/jwks.json");
    }

    /// <summary>Half a body, of known and unknown length; one listens for an answer, one is gone.</summary>
    private async Task BreakOffAsync()
    {
        foreach (var length in (string[])["Content-Length: 100\r\n\r\n{\"email\": ", "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"email\": "])
        {
            using var caller = await RudeCaller.CallAsync(shop.Public.BaseAddress!);
            await caller.SayAsync($"POST /api/users HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n{length}");
            await caller.FallSilentAsync();
            shop.Sent.Add("POST", 499);
        }

        using var gone = await RudeCaller.CallAsync(shop.Public.BaseAddress!);
        await gone.SayAsync("POST /api/users HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
        (await gone.HearAsync()).ShouldStartWith("HTTP/1.1 100");
        await gone.SayAsync("{\"email\": ");
        gone.HangUp();
        shop.Sent.Add("POST", 499);
    }

    /// <summary>Counts nowhere.</summary>
    private async Task ProbeAsync()
    {
        await shop.GetAsync("/health/live");
        await shop.GetAsync("/ready");
        await shop.GetAsync("/metrics");
    }
}
