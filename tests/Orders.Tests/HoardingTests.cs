using ECommerce.Testing;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace ECommerce.Orders.Tests;

/// <summary>What one customer can hold without paying, with the settings that a shop has by default.</summary>
public sealed class HoardingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task One_account_cannot_reserve_the_whole_shop()
    {
        await using var shop = await DefaultShopAsync();
        var customer = await shop.Given.ACustomerAsync();
        var products = new List<Product>();
        for (var i = 0; i < 208; i++)
            products.Add(await shop.Given.AProductAsync(stock: i == 0 ? 96 : 96, price: 12m));

        // The attack: ten orders of 21 lines, each line all that there is, at once.
        var answers = await Task.WhenAll(products.Chunk(21).Select(lines => shop.PostAsync(
            "/api/orders", Given.Lines([.. lines.Select(product => (product, 96))]), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()))));

        await shop.SettleAsync();
        var held = await shop.ScalarAsync<long>("SELECT sum(reserved) FROM products.stock");
        output.WriteLine($"{held} of {208 * 96} units are held by {answers.Count(answer => answer.Status == 201)} unpaid orders.");
        held.ShouldBeLessThanOrEqualTo(500);
    }

    internal static Task<OwnShop> DefaultShopAsync(params (string Key, string? Value)[] settings) => OwnShop.StartAsync(
    [
        ("Orders:UnpaidOrders", null), ("Orders:UnpaidUnits", null), ("Orders:UnpaidValue", null), ("Orders:OrdersPerHour", null), .. settings,
    ]);
}
