using System.Globalization;
using ECommerce.Clients.Kiota;
using ECommerce.Clients.Kiota.Api.Orders;
using ECommerce.Clients.Kiota.Api.Products;
using ECommerce.Clients.Kiota.Models;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace ECommerce.Clients;

/// <summary>A purchase in the words of Kiota's client.</summary>
internal static class KiotaPurchase
{
    private sealed class Token(string token) : IAuthenticationProvider
    {
        public Task AuthenticateRequestAsync(
            RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default)
        {
            request.Headers.TryAdd("Authorization", $"Bearer {token}");
            return Task.CompletedTask;
        }
    }

    public static async Task<string> BuyAsync(string address, string adminEmail, string adminPassword)
    {
        var anyone = Shop(address, new AnonymousAuthenticationProvider());
        var admin = await LogInAsync(anyone, address, adminEmail, adminPassword);

        var sku = $"KIOTA-{Guid.NewGuid():N}"[..20];
        var product = (await admin.Api.Products.PostAsync(new()
        {
            Sku = sku,
            Name = "Two sums",
            Description = "0.1 and 0.2",
            Category = "clients",
            Price = new() { Amount = 0.1m + 0.2m, Currency = "EUR" },
            Stock = 5,
        }))!;
        Expect.That(product is { Price.Amount: 0.3m, Available: 5, Discontinued: false });

        var email = $"kiota-{Guid.NewGuid():N}@shop.example";
        var user = (await anyone.Api.Users.PostAsync(new() { Email = email, Name = "Kiota Client", Password = "correct horse battery" }))!;
        Expect.That(user is { Role: User_role.Customer });
        var customer = await LogInAsync(anyone, address, email, "correct horse battery");

        var page = (await anyone.Api.Products.GetAsync(asked =>
        {
            asked.QueryParameters.Search = sku;
            asked.QueryParameters.Sort = GetSortQueryParameterType.Name;
            asked.QueryParameters.MaxPrice = 0.30m;
            asked.QueryParameters.Limit = 1;
        }))!;
        Expect.That(page is { Items: [{ Sku: { } found }], Next: null } && found == sku);

        var order = new PlaceOrderRequest { Lines = [new() { ProductId = product.Id, Quantity = 2 }] };
        var key = Guid.CreateVersion7();
        var placed = (await customer.Api.Orders.PostAsync(order, asked => asked.Headers.Add("Idempotency-Key", key.ToString())))!;
        var again = (await customer.Api.Orders.PostAsync(order, asked => asked.Headers.Add("Idempotency-Key", key.ToString())))!;
        Expect.That(placed.Id == key && again.Id == key && placed is { Status: OrderStatus.Placed, Total.Amount: 0.6m, PayBy: not null });

        var declined = await Expect.RefusalAsync<Problem>(() => customer.Api.Orders[key].Pay.PostAsync(new() { Method = PayOrderRequest_method.Declined_card }));
        Expect.That(declined is { Code: ProblemCode.OrdersPayment_declined, Status: 402, TraceId.Length: 32 });
        Expect.That(await customer.Api.Orders[key].Pay.PostAsync(new() { Method = PayOrderRequest_method.Card }) is { Status: OrderStatus.Paid });
        Expect.That(await customer.Api.Orders[key].GetAsync() is { Status: OrderStatus.Paid, Lines: [{ Quantity: 2, UnitPrice.Amount: 0.3m }] });
        Expect.That(await customer.Api.Orders[key].Timeline.GetAsync() is { Items: [{ Status: OrderStatus.Placed }, .., { Status: OrderStatus.Paid }] });

        var orders = (await customer.Api.Orders.GetAsync(asked =>
        {
            asked.QueryParameters.Status = GetStatusQueryParameterType.Paid;
            asked.QueryParameters.From = DateTimeOffset.UtcNow.AddDays(-1);
        }))!;
        Expect.That(orders is { Items: [{ Id: { } mine }] } && mine == key);

        var second = (await customer.Api.Orders.PostAsync(order))!;
        Expect.That(await customer.Api.Orders[second.Id!.Value].Cancel.PostAsync() is { Status: OrderStatus.Cancelled });
        Expect.That(await admin.Api.Orders.Stats.GetAsync() is { Revenue.Amount: > 0 });
        Expect.That(await admin.Api.Products[product.Id!.Value].Stock.PostAsync(new() { Delta = 3, Reason = "Delivery" }) is { OnHand: >= 6 } stock
            && stock.Available == stock.OnHand - stock.Reserved);
        Expect.That(await admin.Api.Products[product.Id!.Value].PutAsync(new() { Name = "Two sums again" }) is { Name: "Two sums again" });

        var wrong = await Expect.RefusalAsync<Problem>(() => customer.Api.Orders.PostAsync(new() { Lines = [] }));
        Expect.That(wrong is { Code: ProblemCode.Validation_failed, Errors.AdditionalData: { } fields } && fields.ContainsKey("lines"));
        return string.Create(CultureInfo.InvariantCulture, $"bought {key} for {placed.Total!.Amount:0.00}");
    }

    private static async Task<KiotaShop> LogInAsync(KiotaShop shop, string address, string email, string password) =>
        Shop(address, new Token((await shop.Api.Users.Login.PostAsync(new() { Email = email, Password = password }))!.Token!));

    private static KiotaShop Shop(string address, IAuthenticationProvider token) => new(new HttpClientRequestAdapter(token) { BaseUrl = address });
}
