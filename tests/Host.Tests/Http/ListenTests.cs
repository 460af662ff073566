using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Http;

/// <summary>Addresses of both families.</summary>
public sealed class ListenTests
{
    [Fact]
    public async Task A_star_and_localhost_listen_on_both_families_and_keep_each_listener_s_rules()
    {
        await using var shop = await OwnShop.StartAsync(("Endpoints:Public", "http://*:0"), ("Endpoints:Management", "http://localhost:0"));
        var addresses = shop.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).ToArray();
        var (open, operators) = (addresses[0].Port, addresses[^1].Port);

        foreach (var host in (string[])["127.0.0.1", "[::1]"])
        {
            (await StatusAsync($"http://{host}:{open}/health/live")).ShouldBe(HttpStatusCode.OK, host);
            (await StatusAsync($"http://{host}:{operators}/ops")).ShouldBe(HttpStatusCode.OK, host);
        }

        (await StatusAsync($"http://[::1]:{operators}/ops", "shop.evil.example")).ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await StatusAsync($"http://[::1]:{open}/ops")).ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpStatusCode> StatusAsync(string address, string? host = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = host } };
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
