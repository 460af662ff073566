using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>The request that has KrakenD fetch the keys of tokens, sent to a server that stands where the gateway would.</summary>
public sealed class FetchKeysTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task The_gateway_is_sent_a_token_that_names_the_host_s_key_so_that_it_fetches_it()
    {
        var keys = (await shop.GetAsync("/.well-known/jwks.json")).Body;
        var asked = new ConcurrentQueue<(string Path, string Authorization)>();
        await using var gateway = await StartAsync(keys.GetRawText(), asked);

        var (code, output, errors) = await Subprocess.RunAsync("sh", "deploy/krakend/fetch-keys.sh", gateway.Urls.Single());

        (code, output, errors).ShouldBe((0, "", ""));
        asked.Select(request => request.Path).ShouldBe(["/.well-known/jwks.json", "/api/users/me"]);
        GatewayRoute.All().Single(route => route.Call == "GET /api/users/me").Validator.ShouldNotBeNull("a route that looks at tokens");
        var token = asked.Last().Authorization["Bearer ".Length..].Split('.');
        token.Length.ShouldBe(3);
        var header = JsonDocument.Parse(Decoded(token[0])).RootElement;
        header.GetProperty("kid").GetString().ShouldBe(keys.GetProperty("keys")[0].GetProperty("kid").GetString());
        header.GetProperty("alg").GetString().ShouldBe(keys.GetProperty("keys")[0].GetProperty("alg").GetString());
        Decoded(token[1]).ShouldBe("{}");
        Bytes(token[2]).Length.ShouldBe(64);
    }

    [Fact]
    public async Task Without_keys_it_says_that_it_failed()
    {
        await using var gateway = await StartAsync("{}", []);

        (await Subprocess.RunAsync("sh", "deploy/krakend/fetch-keys.sh", gateway.Urls.Single())).Code.ShouldNotBe(0);
    }

    private static async Task<WebApplication> StartAsync(string keys, ConcurrentQueue<(string, string)> asked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            asked.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString()));
            if (context.Request.Path == "/.well-known/jwks.json")
                return context.Response.WriteAsync(keys);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }

    private static string Decoded(string part) => Encoding.UTF8.GetString(Bytes(part));

    private static byte[] Bytes(string part) => System.Buffers.Text.Base64Url.DecodeFromChars(part);
}
