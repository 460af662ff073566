using System.Text.Json;
using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Host.Tests.Http;

/// <summary>Behind a gateway every client has the gateway's address, unless the host is told which gateways to believe.</summary>
public sealed class TrustedProxiesTests
{
    private static readonly (string, string?) Here = ("Endpoints:TrustedProxies", "10.0.0.0/8, 127.0.0.1");
    private static readonly (string, string?)[] Strict = [("Limits:RequestsPerSecond", "1"), ("Limits:Burst", "5")];

    [Fact]
    public async Task The_clients_of_a_trusted_gateway_are_limited_one_by_one()
    {
        await using var shop = await OwnShop.StartAsync([Here, .. Strict]);

        foreach (var client in (string[])["203.0.113.7", "203.0.113.8:4711", "2001:db8::7"])
        {
            (await shop.GetAsync("/api/products", headers: ("X-Forwarded-For", client))).Status.ShouldBe(200);
            (await AreRefusedAsync(shop, _ => client)).ShouldBeTrue(client);
        }
    }

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("127.0.0.1")] // A client in the gateway's own range is still a client.
    public async Task A_client_cannot_choose_its_address_by_writing_before_its_gateway(string client)
    {
        await using var shop = await OwnShop.StartAsync([Here, .. Strict]);

        (await AreRefusedAsync(shop, call => $"198.51.100.{call}, {client}")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/8,2001:db8::/32,127.0.0.2")]
    public async Task Who_is_no_trusted_gateway_cannot_choose_its_address(string trusted)
    {
        await using var shop = await OwnShop.StartAsync([("Endpoints:TrustedProxies", trusted), .. Strict]);

        (await AreRefusedAsync(shop, call => $"203.0.113.{call}")).ShouldBeTrue();
    }

    [Fact]
    public async Task Failed_logins_are_counted_for_the_client_behind_the_gateway()
    {
        await using var shop = await OwnShop.StartAsync(Here, ("Limits:FailedLoginsPerMinute", "2"));

        var guesser = new List<int>();
        for (var i = 0; i < 3; i++)
            guesser.Add((await GuessAsync(shop, "203.0.113.7")).Status);

        guesser.ShouldBe([401, 401, 429]);
        (await GuessAsync(shop, "203.0.113.8")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_header_that_names_nobody_breaks_nothing_and_counts_for_the_gateway()
    {
        string[] headers = ["", ",", "nonsense", "203.0.113.999", "203.0.113.7:port", "[::1", "203.0.113.7, ", "unknown", "\"quoted\"", "0x7f.1, 1"];
        await using var shop = await OwnShop.StartAsync([Here, .. Strict]);

        (await AreRefusedAsync(shop, call => headers[call % headers.Length])).ShouldBeTrue();
    }

    [Fact]
    public async Task A_header_of_a_thousand_addresses_breaks_nothing()
    {
        await using var shop = await OwnShop.StartAsync(Here);

        (await shop.GetAsync("/api/products", headers: ("X-Forwarded-For", string.Join(", ", Enumerable.Repeat("203.0.113.7", 1000))))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task No_signal_names_the_client_even_when_the_framework_tells_all_it_knows()
    {
        await using var shop = await OwnShop.StartAsync(Here, ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"));

        await shop.ObserveAsync(HttpMethod.Get, "/api/products", headers: ("X-Forwarded-For", "203.0.113.7"));
        await shop.GetAsync("/api/products", headers: ("X-Forwarded-For", "nonsense-203.0.113.7"));

        JsonSerializer.Serialize(shop.Log.Lines).ShouldNotContain("203.0.113.7");
        shop.Log.Lines.ShouldNotBeEmpty();
        shop.Spans.All.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Value}").ShouldAllBe(value => !value.Contains("203.0.113.7", StringComparison.Ordinal));
        shop.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.HttpOverrides.ForwardedHeadersMiddleware")
            .IsEnabled(LogLevel.Critical).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_no_range_of_addresses_is_refused_at_the_start()
    {
        await using var shop = await OwnShop.StartAsync();
        var endpoints = shop.Services.GetServices<SettingsSection>().Single(section => section.Name == "Endpoints");
        string[] Problems(string ranges) => [.. endpoints.Problems(new ConfigurationBuilder().AddInMemoryCollection([new("Endpoints:TrustedProxies", ranges)]).Build())];

        foreach (var right in (string[])["", "127.0.0.1", "172.16.0.0/12", "::1, fd00::/8 ,10.0.0.0/8"])
            Problems(right).ShouldBeEmpty(right);

        foreach (var wrong in (string[])["gateway", "172.16", "172.16/12", "10.0.0.0/33", "10.0.0.0/", "0.0.0.0/0", "::/0", "http://10.0.0.1"])
            Problems($"127.0.0.1, {wrong}").ShouldHaveSingleItem().ShouldStartWith($"Endpoints__TrustedProxies: '{wrong}' is no address and no range");
        Problems("127.0.0.1,").ShouldHaveSingleItem();
    }

    /// <summary>Whether twenty calls in a row are more than one client may send; no answer is anything but a page or that refusal.</summary>
    private static async Task<bool> AreRefusedAsync(ShopFixture shop, Func<int, string> forwardedFor)
    {
        var statuses = new List<int>();
        for (var call = 0; call < 20; call++)
            statuses.Add((await shop.GetAsync("/api/products", headers: ("X-Forwarded-For", forwardedFor(call)))).Status);
        statuses.ShouldAllBe(status => status == 200 || status == 429);
        return statuses.Contains(429);
    }

    // Each at an account of its own, so that only the address is counted twice.
    private static Task<Answer> GuessAsync(ShopFixture shop, string forwardedFor) =>
        shop.PostAsync("/api/users/login", new { email = Given.NewEmail(), password = "a wild guess" }, null, ("X-Forwarded-For", forwardedFor));
}
