using System.Globalization;
using System.Net.Http.Headers;
using ECommerce.Clients.Nswag;

namespace ECommerce.Clients;

/// <summary>A purchase in the words of NSwag's client.</summary>
internal static class NswagPurchase
{
    public static async Task<string> BuyAsync(string address, string adminEmail, string adminPassword)
    {
        var anyone = Shop(address, null);
        var admin = Shop(address, await anyone.LoginAsync(new() { Email = adminEmail, Password = adminPassword }));

        var sku = $"NSWAG-{Guid.NewGuid():N}"[..20];
        var product = await admin.CreateProductAsync(new()
        {
            Sku = sku,
            Name = "Two sums",
            Description = "0.1 and 0.2",
            Category = "clients",
            Price = new() { Amount = 0.1m + 0.2m, Currency = "EUR" },
            Stock = 5,
        });
        Expect.That(product is { Price.Amount: 0.3m, Available: 5, Discontinued: false });

        var email = $"nswag-{Guid.NewGuid():N}@shop.example";
        var user = await anyone.RegisterUserAsync(new() { Email = email, Name = "Nswag Client", Password = "correct horse battery" });
        Expect.That(user.Role is UserRole.Customer);
        var customer = Shop(address, await anyone.LoginAsync(new() { Email = email, Password = "correct horse battery" }));

        var page = await anyone.ListProductsAsync(search: sku, sort: Sort.Name, maxPrice: 0.30m, limit: 1);
        Expect.That(page.Items.Single().Sku == sku && page.Next is null);

        var order = new PlaceOrderRequest { Lines = [new() { ProductId = product.Id, Quantity = 2 }] };
        var key = Guid.CreateVersion7();
        var placed = await customer.PlaceOrderAsync(order, key);
        var again = await customer.PlaceOrderAsync(order, key);
        Expect.That(placed.Id == key && again.Id == key && placed is { Status: OrderStatus.Placed, Total.Amount: 0.6m, PayBy: not null });

        var declined = await Expect.RefusalAsync<ApiException<Problem>>(() => customer.PayOrderAsync(key, new() { Method = PayOrderRequestMethod.Declined_card }));
        Expect.That(declined is { StatusCode: 402, Result: { Code: ProblemCode.Orders_payment_declined, TraceId.Length: 32 } });
        Expect.That(await customer.PayOrderAsync(key, new() { Method = PayOrderRequestMethod.Card }) is { Status: OrderStatus.Paid });
        Expect.That(await customer.GetOrderAsync(key) is { Status: OrderStatus.Paid, Lines: { } lines } && lines.Single() is { Quantity: 2, UnitPrice.Amount: 0.3m });
        Expect.That((await customer.GetOrderTimelineAsync(key)).Items.Last() is { Status: OrderStatus.Paid });

        var orders = await customer.ListOrdersAsync(status: Status.Paid, from: DateTimeOffset.UtcNow.AddDays(-1));
        Expect.That(orders.Items.Single().Id == key);

        var second = await customer.PlaceOrderAsync(order);
        Expect.That(await customer.CancelOrderAsync(second.Id) is { Status: OrderStatus.Cancelled });
        Expect.That(await admin.GetOrderStatsAsync() is { Revenue.Amount: > 0 });
        Expect.That(await admin.AdjustStockAsync(product.Id, new() { Delta = 3, Reason = "Delivery" }) is { OnHand: >= 6 } stock && stock.Available == stock.OnHand - stock.Reserved);
        Expect.That(await admin.UpdateProductAsync(product.Id, new() { Name = "Two sums again" }, "*") is { Name: "Two sums again" });

        var wrong = await Expect.RefusalAsync<ApiException<Problem>>(() => customer.PlaceOrderAsync(new() { Lines = [] }));
        Expect.That(wrong is { StatusCode: 400, Result: { Code: ProblemCode.Validation_failed, Errors: { } fields } } && fields.ContainsKey("lines"));
        return string.Create(CultureInfo.InvariantCulture, $"bought {key} for {placed.Total.Amount:0.00}");
    }

    private static NswagShop Shop(string address, LoginSession? session)
    {
        var http = new HttpClient { BaseAddress = new(address) };
        if (session is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        return new(http);
    }
}
