using System.Text.RegularExpressions;
using static ECommerce.Host.Tests.Http.Who;

namespace ECommerce.Host.Tests.Http;

/// <summary>Who may call an endpoint, and what the others are told.</summary>
public enum Who
{
    /// <summary>No token is looked at.</summary>
    Anyone,

    /// <summary>Whoever has logged in, on what is theirs.</summary>
    SignedIn,

    /// <summary>The owner alone; to others it does not exist, the admin included.</summary>
    Owner,

    /// <summary>The owner and the admin; to others it does not exist.</summary>
    OwnerOrAdmin,

    /// <summary>The admin; others are told that they may not.</summary>
    Admin,
}

/// <summary>One endpoint: a request that succeeds, with what braces name taken from a <see cref="Scene"/>, and who may send it.</summary>
public sealed record Endpoint(string Call, Who Who, int Success, string? Body = null)
{
    public HttpMethod Method => HttpMethod.Parse(Call.Split(' ')[0]);

    public string Path => Call.Split(' ')[1];

    /// <summary>As the host names it: <c>GET /api/orders/{id}</c>.</summary>
    public string Route => Api.Braces().Replace(Call, "{id}");

    public override string ToString() => Call;
}

/// <summary>Every endpoint under <c>/api</c>. One without a row here fails a test.</summary>
internal static partial class Api
{
    public static readonly Endpoint[] Endpoints =
    [
        new("POST /api/users", Anyone, 201, """{"email": "{email}", "name": "Grace Tester", "password": "a good password"}"""),
        new("POST /api/users/login", Anyone, 200, """{"email": "{ownerEmail}", "password": "{ownerPassword}"}"""),
        new("GET /api/users/me", SignedIn, 200),
        new("GET /api/users", Who.Admin, 200),
        new("GET /api/users/{owner}", OwnerOrAdmin, 200),
        new("PUT /api/users/{owner}", OwnerOrAdmin, 200, """{"name": "Grace Renamed", "email": "{email}", "password": "{ownerPassword}"}"""),
        new("PUT /api/users/{owner}/password", Owner, 204, """{"oldPassword": "{ownerPassword}", "newPassword": "another good password"}"""),
        new("DELETE /api/users/{owner}", OwnerOrAdmin, 204),
        new("POST /api/users/{owner}/revoke-tokens", OwnerOrAdmin, 204),
        new("POST /api/users/{deleted}/restore", Who.Admin, 200),

        new("GET /api/products", Anyone, 200),
        new("GET /api/products/{product}", Anyone, 200),
        new("GET /api/products/{product}/stock", Anyone, 200),
        new("POST /api/products", Who.Admin, 201,
            """{"sku": "{sku}", "name": "Lamp", "description": "It shines.", "category": "home", "price": {"amount": 12.50, "currency": "EUR"}, "stock": 3}"""),
        new("PUT /api/products/{product}", Who.Admin, 200,
            """{"name": "Lamp", "description": "It shines.", "category": "home", "price": {"amount": 12.50, "currency": "EUR"}}"""),
        new("POST /api/products/{product}/stock", Who.Admin, 200, """{"delta": 1, "reason": "counted"}"""),
        new("DELETE /api/products/{product}", Who.Admin, 204),

        new("POST /api/orders", SignedIn, 201, """{"lines": [{"productId": "{product}", "quantity": 1}]}"""),
        new("GET /api/orders", SignedIn, 200),
        new("GET /api/orders/{order}", OwnerOrAdmin, 200),
        new("POST /api/orders/{order}/pay", Owner, 200, """{"method": "card"}"""),
        new("POST /api/orders/{paid}/ship", Who.Admin, 200),
        new("POST /api/orders/{shipped}/deliver", Who.Admin, 200),
        new("POST /api/orders/{order}/cancel", OwnerOrAdmin, 200),
        new("GET /api/orders/{order}/timeline", OwnerOrAdmin, 200),
        new("GET /api/orders/stats", Who.Admin, 200),
    ];

    public static Endpoint Of(string call) => Endpoints.Single(endpoint => endpoint.Call == call);

    [GeneratedRegex(@"\{[A-Za-z:]+\}")]
    public static partial Regex Braces();
}

/// <summary>A customer with something in every state, each made when it is first asked for.</summary>
internal sealed class Scene(ShopFixture shop)
{
    private Customer? _owner;
    private Product? _product;

    public async Task<Customer> OwnerAsync() => _owner ??= await shop.Given.ACustomerAsync();

    public Task<Answer> SendAsync(Endpoint endpoint, Customer? by) => SendAsync(endpoint, endpoint.Body, by);

    /// <summary>Sends the endpoint's request with another body.</summary>
    public async Task<Answer> SendAsync(Endpoint endpoint, string? body, Customer? by) =>
        await shop.SendAsync(endpoint.Method, await FillAsync(endpoint.Path), body is null ? null : new StringContent(await FillAsync(body), null, "application/json"), by);

    /// <summary>The endpoint's request with everything in it named.</summary>
    public async Task<Endpoint> FillAsync(Endpoint endpoint) =>
        endpoint with { Call = await FillAsync(endpoint.Call), Body = endpoint.Body is null ? null : await FillAsync(endpoint.Body) };

    /// <summary>Replaces <c>{order}</c> by the id of an order, and so on..</summary>
    public async Task<string> FillAsync(string template)
    {
        foreach (var name in Api.Braces().Matches(template).Select(match => match.Value[1..^1]).Distinct())
        {
            if (await FactAsync(name) is { } fact)
                template = template.Replace($"{{{name}}}", fact, StringComparison.Ordinal);
        }

        return template;
    }

    private async Task<string?> FactAsync(string name) => name switch
    {
        "email" => Given.NewEmail(),
        "sku" => Given.NewSku(),
        "owner" => (await OwnerAsync()).Id.ToString(),
        "ownerEmail" => (await OwnerAsync()).Email,
        "ownerPassword" => (await OwnerAsync()).Password,
        "deleted" => (await DeletedAsync()).Id.ToString(),
        "product" => (await ProductAsync()).Id.ToString(),
        "order" => (await OrderAsync()).Id.ToString(),
        "paid" => (await PaidAsync()).Id.ToString(),
        "shipped" => (await ShippedAsync()).Id.ToString(),
        _ => null,
    };

    private async Task<Product> ProductAsync() => _product ??= await shop.Given.AProductAsync(stock: 100);

    private async Task<Customer> DeletedAsync()
    {
        var deleted = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{deleted.Id}", await shop.Given.AdminAsync());
        return deleted;
    }

    private async Task<Order> OrderAsync() => await shop.Given.AnOrderAsync(await OwnerAsync(), (await ProductAsync(), 1));

    private async Task<Order> PaidAsync() => await shop.Given.APaidOrderAsync(await OwnerAsync(), (await ProductAsync(), 1));

    private async Task<Order> ShippedAsync()
    {
        var order = await PaidAsync();
        await shop.PostAsync($"/api/orders/{order.Id}/ship", by: await shop.Given.AdminAsync());
        return order;
    }
}
