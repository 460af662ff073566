using System.Collections.Concurrent;

namespace ECommerce.Signals.Tests.Redaction;

/// <summary>Goes everywhere and tells everybody secrets.</summary>
internal sealed class Visitor(ShopFixture shop, Secrets secrets, Operations operations)
{
    private readonly ConcurrentQueue<string> _echoes = new();

    /// <summary>Every secret that an answer to a mistake has said again. A path is in the answer's <c>instance</c>.</summary>
    public IEnumerable<string> Echoes => _echoes.Distinct();

    /// <summary>A customer's life, in which everything is right at least once, and most things are wrong once.</summary>
    public async Task LiveAsync()
    {
        var admin = await shop.Given.AdminAsync();
        var (first, second) = (secrets.Plant("password"), secrets.Plant("new password"));
        var customer = await shop.Given.ACustomerAsync($"{secrets.Plant("e-mail")}@shop.example", first, secrets.Plant("name"));
        secrets.Guard(admin.Token, "the admin's token");
        secrets.Guard(customer.Token, "the customer's token");
        secrets.Guard(Given.AdminPassword, "the admin's password");
        secrets.Guard(shop.ManagementKey, "the management key");
        secrets.Guard(shop.ConnectionString.Split("Password=")[^1].Split(';')[0], "the database's password");

        await SendAsync(HttpMethod.Post, "/api/users", new { email = customer.Email, name = secrets.Plant("name of a twin"), password = secrets.Plant("password of a twin") });
        await SendAsync(HttpMethod.Post, "/api/users/login", new { email = customer.Email, password = secrets.Plant("wrong password") });
        await SendAsync(HttpMethod.Post, "/api/users/login", new { email = $"{secrets.Plant("unknown e-mail")}@shop.example", password = first });
        await SendAsync(HttpMethod.Put, $"/api/users/{customer.Id}", new { name = secrets.Plant("new name"), email = $"{secrets.Plant("new e-mail")}@shop.example", password = customer.Password }, customer);
        await SendAsync(HttpMethod.Put, $"/api/users/{customer.Id}", new { email = Given.AdminEmail, password = customer.Password }, customer);
        await SendAsync(HttpMethod.Put, $"/api/users/{customer.Id}/password", new { oldPassword = secrets.Plant("wrong old password"), newPassword = second }, customer);
        await SendAsync(HttpMethod.Put, $"/api/users/{customer.Id}/password", new { oldPassword = first, newPassword = second }, customer);
        await SendAsync(HttpMethod.Get, "/api/users/me", null, customer); // the token has ended
        await SendAsync(HttpMethod.Get, $"/api/users?search={secrets.Plant("search")}", null, admin);
        var product = await shop.Given.AProductAsync(name: secrets.Plant("name of a product"), sku: secrets.Plant("sku"));
        await SendAsync(HttpMethod.Post, $"/api/products/{product.Id}/stock", new { delta = -1, reason = secrets.Plant("reason") }, admin);
        await shop.Given.APaidOrderAsync(await shop.Given.ACustomerAsync(name: secrets.Plant("name of a buyer")), (product, 1));
    }

    /// <summary>Every operation, by nobody and by the admin, with credentials that are none, and with every kind of body.</summary>
    public async Task TryEverythingAsync()
    {
        var admin = await shop.Given.AdminAsync();
        await Parallel.ForEachAsync(operations.All, async (operation, _) =>
        {
            foreach (var (name, value) in ((string, string)[])[("Authorization", "Bearer {0}"), ("Authorization", "Basic {0}"), ("X-Management-Key", "{0}"), ("Cookie", "session={0}"), ("Proxy-Authorization", "{0}"), ("baggage", "secret={0}")])
                await SendAsync(operation.Method, operations.Address(operation, realId: true), null, null, (name, string.Format(null, value, secrets.Plant($"{name} of {operation}"))));
            foreach (var address in (string[])[operations.Address(operation, realId: true), operations.Address(operation, realId: false), .. operations.Addresses(operation)])
                await SendAsync(operation.Method, address, null, admin);
            if (operation.Body is null)
                return;
            foreach (var (body, type) in operations.Bodies(operation))
                await SendAsync(operation.Method, operations.Address(operation, realId: true), new StringContent(body, null, type), admin);
        });
        await SendAsync(HttpMethod.Get, $"/{secrets.Plant("path of nothing")}?token={secrets.Plant("query value of nothing")}");
    }

    /// <summary>What the database refuses, and nobody expects.</summary>
    public async Task BreakAsync()
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/users", new
        {
            email = $"{secrets.Plant("e-mail in a row that is refused")}@shop.example",
            name = string.Concat(Enumerable.Repeat(secrets.Plant("name in a row that is refused"), 10)),
            password = secrets.Plant("password in a row that is refused"),
        });
        answer.Status.ShouldBe(500);
    }

    /// <summary>The operators' side, with a wrong key and with the right one.</summary>
    public async Task OperateAsync()
    {
        foreach (var path in (string[])["/ops/readiness/enable", $"/ops/outbox/{Guid.NewGuid()}/redrive"])
        {
            foreach (var key in (string[])[secrets.Plant("wrong management key"), shop.ManagementKey])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}?key={secrets.Plant("query value of an operator")}") { Headers = { { "X-Management-Key", key } } };
                using var response = await shop.Management.SendAsync(request);
            }
        }
        (await shop.Operator.GetAsync($"/ops/outbox?module={secrets.Plant("module")}")).Dispose();
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, Customer? by = null, params (string Name, string Value)[] headers)
    {
        var answer = await shop.SendAsync(method, path, body, by, headers);
        if (answer.Status >= 400)
        {
            foreach (var place in secrets.In(answer.Text).Where(place => !place.StartsWith(Secrets.Path, StringComparison.Ordinal)))
                _echoes.Enqueue($"{method} {path} says {place}: {answer.Text}");
        }

        return answer;
    }
}
