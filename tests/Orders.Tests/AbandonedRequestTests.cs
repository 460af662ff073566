using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace ECommerce.Orders.Tests;

/// <summary>
/// Callers that reset their connection while an order is being placed. Each request is finished or undone: no reservation stays without its
/// order, and no key buys at the price of an earlier day.
/// </summary>
public sealed class AbandonedRequestTests(ITestOutputHelper output)
{
    private const int Tries = 300;
    private const int Units = 100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_whose_request_was_abandoned_buys_at_the_price_of_today_or_not_at_all(bool isDiscontinued)
    {
        await using var shop = await OwnShop.StartAsync();
        var (customer, admin) = (await shop.Given.ACustomerAsync(), await shop.Given.AdminAsync());
        var product = await shop.Given.AProductAsync(stock: 1_000_000, price: 10m);
        // The first requests compile the handlers; the attack meets a warm host.
        for (var i = 0; i < 20; i++)
            await shop.Given.AnOrderAsync(customer, (product, 1));

        var keys = Enumerable.Range(0, Tries).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var (i, key) in keys.Index())
            await AbandonAsync(shop, customer, product, key, TimeSpan.FromMilliseconds(2 + (i % 11 / 2.0)));
        await shop.SettleAsync();

        var held = await shop.ScalarAsync<long>(HeldWithoutOrder);
        output.WriteLine($"{held} of {Tries} abandoned requests hold stock without an order.");
        if (isDiscontinued)
            (await shop.DeleteAsync($"/api/products/{product.Id}", admin)).Status.ShouldBe(204);
        else
            (await shop.PutAsync($"/api/products/{product.Id}", new { name = product.Name, price = new { amount = 1000m, currency = "EUR" } }, admin)).Status.ShouldBe(200);
        shop.Clock.Advance(TimeSpan.FromMinutes(16));
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(HeldWithoutOrder) == 0);

        var bought = new List<Answer>();
        foreach (var key in keys)
        {
            var answer = await shop.PostAsync("/api/orders", Given.Lines((product, Units)), customer, ("Idempotency-Key", key.ToString()));
            if (answer.Header("Idempotency-Replayed") is null)
                bought.Add(answer);
        }

        var cheap = bought.Count(answer => answer.Status == 201 && answer.Member("total").GetProperty("amount").GetDecimal() < 100_000m);
        output.WriteLine($"{keys.Length - bought.Count} orders had been placed; of {bought.Count} keys without one, {cheap} bought at the old price.");
        cheap.ShouldBe(0);
        bought.ShouldAllBe(answer => isDiscontinued ? answer.Code == "orders.unknown_product" : answer.Status == 201);
        held.ShouldBe(0);
    }

    /// <summary>Sends the whole request and resets the connection (RST) after a while.</summary>
    private static async Task AbandonAsync(ShopFixture shop, Customer customer, Product product, Guid key, TimeSpan after)
    {
        var body = JsonSerializer.Serialize(Given.Lines((product, Units)));
        var request = Encoding.ASCII.GetBytes(
            $"POST /api/orders HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {customer.Token}\r\nIdempotency-Key: {key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using var client = new TcpClient { NoDelay = true, LingerState = new(enable: true, seconds: 0) };
        await client.ConnectAsync(shop.Public.BaseAddress!.Host, shop.Public.BaseAddress.Port);
        await client.GetStream().WriteAsync(request);
        for (var sent = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(sent) < after;)
            await Task.Yield();
    }

    private const string HeldWithoutOrder = """
        SELECT count(*) FROM products.reservations
        WHERE state = 'reserved' AND NOT EXISTS (SELECT FROM orders.orders WHERE orders.id = reservations.id)
        """;
}
