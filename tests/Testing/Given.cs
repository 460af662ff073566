using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>A signed-in user, or the admin.</summary>
public sealed record Customer(Guid Id, string Email, string Name, string Password, string Token);

/// <summary>A product on sale; the price is in EUR.</summary>
public sealed record Product(Guid Id, string Sku, string Name, string Category, decimal Price, int Stock);

/// <summary>An order as it was placed.</summary>
public sealed record Order(Guid Id, Customer Customer, Answer Receipt)
{
    public decimal Total => Receipt.Member("total").GetProperty("amount").GetDecimal();
}

/// <summary>Makes facts, each new and independent of all others, through the shop's own API.</summary>
public sealed class Given(ShopClient shop)
{
    public const string AdminEmail = "admin@shop.example";
    public const string AdminPassword = "the admin of the tests";

    private Task<Customer>? _admin;

    /// <summary>A customer who has registered and logged in.</summary>
    public async Task<Customer> ACustomerAsync(string? email = null, string password = "correct horse battery", string name = "Ada Tester")
    {
        email ??= NewEmail();
        var registered = await DoneAsync(shop.PostAsync("/api/users", new { email, name, password }));
        return new(registered.Id, email, name, password, await TokenOfAsync(email, password));
    }

    /// <summary>The admin, logged in once per host.</summary>
    public Task<Customer> AdminAsync() => LazyInitializer.EnsureInitialized(ref _admin, LogInAdminAsync);

    /// <summary>A token of an existing account.</summary>
    public async Task<string> TokenOfAsync(string email, string password) =>
        (await DoneAsync(shop.PostAsync("/api/users/login", new { email, password }))).Member("token").GetString()!;

    /// <summary>A product with a SKU of its own.</summary>
    public async Task<Product> AProductAsync(int stock = 10, decimal price = 12.50m, string category = "books", string name = "A product", string? sku = null)
    {
        sku ??= NewSku();
        var body = new { sku, name, description = "Made for a test.", category, price = new { amount = price, currency = "EUR" }, stock };
        var created = await DoneAsync(shop.PostAsync("/api/products", body, await AdminAsync()));
        return new(created.Id, sku, name, category, price, stock);
    }

    /// <summary>An order that has been placed and not paid.</summary>
    public async Task<Order> AnOrderAsync(Customer customer, params (Product Product, int Quantity)[] lines)
    {
        ArgumentNullException.ThrowIfNull(customer);
        var placed = await DoneAsync(shop.PostAsync("/api/orders", Lines(lines), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString())));
        return new(placed.Id, customer, placed);
    }

    /// <summary>An order of a new customer for one piece of a new product.</summary>
    public async Task<Order> AnOrderAsync() => await AnOrderAsync(await ACustomerAsync(), (await AProductAsync(), 1));

    /// <summary>An order that has been paid by card; of a new customer for a new product when nothing else is said.</summary>
    public async Task<Order> APaidOrderAsync(Customer? customer = null, params (Product Product, int Quantity)[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        customer ??= await ACustomerAsync();
        var order = lines.Length > 0 ? await AnOrderAsync(customer, lines) : await AnOrderAsync(customer, (await AProductAsync(), 1));
        await DoneAsync(shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer));
        return order;
    }

    /// <summary>The body of PlaceOrder.</summary>
    public static object Lines(params (Product Product, int Quantity)[] lines) =>
        new { lines = lines.Select(line => new { productId = line.Product.Id, quantity = line.Quantity }).ToArray() };

    /// <summary>An address that nobody has; snapshots know it as <c>email-1</c>.</summary>
    public static string NewEmail() => $"someone-{Guid.NewGuid():N}@shop.example";

    /// <summary>A SKU that nothing has; snapshots know it as <c>sku-1</c>.</summary>
    public static string NewSku() => $"SKU-{Guid.NewGuid().ToString("N")[..12].ToUpperInvariant()}";

    private async Task<Customer> LogInAdminAsync()
    {
        var login = await DoneAsync(shop.PostAsync("/api/users/login", new { email = AdminEmail, password = AdminPassword }));
        var user = login.Member("user");
        return new(user.GetProperty("id").GetGuid(), AdminEmail, user.GetProperty("name").GetString()!,
            AdminPassword, login.Member("token").GetString()!);
    }

    private static async Task<Answer> DoneAsync(Task<Answer> asked)
    {
        var answer = await asked;
        return answer.Status is >= 200 and < 300 ? answer : throw new XunitException($"What was given could not be made: {answer.Status} {answer.Text}");
    }
}
