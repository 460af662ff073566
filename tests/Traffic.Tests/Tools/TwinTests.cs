using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using ECommerce.Testing;

namespace ECommerce.Traffic.Tests.Tools;

/// <summary>The bare twin of the benchmark runs the shop's own statements: it answers every request that the benchmark sends.</summary>
public sealed class TwinTests(TwinTests.Shop shop) : IClassFixture<TwinTests.Shop>
{
    [Fact]
    public async Task The_twin_serves_each_request_that_the_shop_is_compared_by()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 10));
        var address = Loopback.FreeAddress();
        await using var twin = Tool.Start("bench", ["twin", address.ToString(), shop.ConnectionString, shop.SigningKey]);
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", customer.Token);
        await Eventually.TrueAsync(() => IsReadyAsync(client), "the twin is ready");

        (await client.GetAsync($"/api/products/{product.Id}")).IsSuccessStatusCode.ShouldBeTrue("GET product");
        (await client.GetAsync("/api/products?limit=20")).IsSuccessStatusCode.ShouldBeTrue("list of products");
        var placed = await client.PostAsJsonAsync("/api/orders", Given.Lines((product, 1)));

        ((int)placed.StatusCode).ShouldBe(201, "place order");
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.orders")).ShouldBe(1);
    }

    private static async Task<bool> IsReadyAsync(HttpClient twin)
    {
        try
        {
            return (await twin.GetAsync("/health/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A shop whose signing key is known, so that the twin takes its tokens.</summary>
    public sealed class Shop : ShopFixture
    {
        public string SigningKey { get; } = NewKey();

        protected override void Configure(IDictionary<string, string?> settings)
        {
            ArgumentNullException.ThrowIfNull(settings);
            settings["Tokens:SigningKey"] = SigningKey;
        }

        private static string NewKey()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return key.ExportPkcs8PrivateKeyPem();
        }
    }
}
