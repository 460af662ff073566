using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>krakend.json and the endpoints of a running host, held together both ways. The file's generator has no say here.</summary>
public sealed partial class GatewayRoutesTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    /// <summary>What the host serves at its public listener and the gateway does not pass on; gateway.yml says why.</summary>
    private static readonly string[] StaysInside = ["/", "/docs", "/health", "/ready"];

    private static readonly string[] Passed =
        ["Authorization", "Content-Type", "Accept", "Idempotency-Key", "If-Match", "If-None-Match", "User-Agent", "X-Request-Id"];

    [Fact]
    public void Every_route_of_the_host_is_at_the_gateway_and_no_other()
    {
        var atTheGateway = GatewayRoute.All().Select(route => route.Call);

        atTheGateway.Order(StringComparer.Ordinal).ShouldBe(PublicRoutes().Select(route => route.Call).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_route_is_passed_on_unread_under_its_own_name_and_method()
    {
        foreach (var route in GatewayRoute.All())
        {
            route.Text("output_encoding").ShouldBe("no-op", route.Call);
            var backend = route.Backends.ShouldHaveSingleItem(route.Call)!;
            backend["encoding"]!.GetValue<string>().ShouldBe("no-op", route.Call);
            $"{backend["method"]} {backend["url_pattern"]}".ShouldBe(route.Call);
        }
    }

    [Fact]
    public void Every_route_takes_its_own_query_names_along_and_no_other()
    {
        var described = shop.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items
            .SelectMany(group => group.Items)
            .ToDictionary(
                call => $"{call.HttpMethod} {PathOf(call.RelativePath!)}",
                call => call.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Query)
                    .Select(parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name)));

        foreach (var route in GatewayRoute.All())
            route.QueryNames.ShouldBe(described[route.Call], ignoreOrder: true, route.Call);
        GatewayRoute.All().SelectMany(route => route.QueryNames).ShouldContain("inStock");
    }

    [Fact]
    public void Every_route_takes_the_same_headers_along_and_none_of_them_says_who_asks()
    {
        foreach (var route in GatewayRoute.All())
            route.Headers.ShouldBe(Passed, ignoreOrder: true, route.Call);
    }

    [Fact]
    public void What_the_host_asks_a_token_of_is_checked_at_the_gateway_and_nothing_else()
    {
        var checkedThere = GatewayRoute.All().Where(route => route.Validator is not null).Select(route => route.Call);
        var checkedHere = PublicRoutes().Where(route => route.Endpoint.Metadata.OfType<IAuthorizeData>().Any()).Select(route => route.Call);

        checkedThere.Order(StringComparer.Ordinal).ShouldBe(checkedHere.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_token_is_checked_by_what_the_host_makes_tokens_with()
    {
        var made = new TokenOptions();
        var keys = (await shop.GetAsync("/.well-known/jwks.json")).Body.GetProperty("keys").EnumerateArray().Single();

        foreach (var validator in GatewayRoute.All().Select(route => route.Validator).OfType<JsonNode>())
        {
            validator["alg"]!.GetValue<string>().ShouldBe(keys.GetProperty("alg").GetString());
            validator["issuer"]!.GetValue<string>().ShouldBe(made.Issuer);
            GatewayRoute.Texts(validator["audience"]).ShouldBe([made.Audience]);
            validator["jwk_url"]!.GetValue<string>().ShouldBe("http://shop:5080/.well-known/jwks.json");
            validator["disable_jwk_security"]!.GetValue<bool>().ShouldBeTrue("the address is plain http");
            validator["cache"]!.GetValue<bool>().ShouldBeTrue("or every request asks the host for its keys");
            validator["cache_duration"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(86400, "good tokens are known while the host is away");
        }
    }

    [Theory]
    [InlineData("404")]
    [InlineData("405")]
    public async Task Where_the_gateway_finds_no_route_it_answers_in_the_host_s_words(string status)
    {
        var body = KrakendFile.Made.Read()["extra_config"]!["router"]!["error_body"]![status]!;

        var explained = (await shop.GetAsync(body["type"]!.GetValue<string>())).Body;

        explained.GetProperty("code").GetString().ShouldBe(body["code"]!.GetValue<string>());
        explained.GetProperty("title").GetString().ShouldBe(body["title"]!.GetValue<string>());
        (explained.GetProperty("status").GetInt32(), $"{body["status"]}").ShouldBe((int.Parse(status), status));
    }

    [Fact]
    public async Task Security_headers_are_the_host_s_and_stand_once()
    {
        var answer = await shop.GetAsync("/api/products");

        foreach (var header in (string[])["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy"])
            answer.Header(header).ShouldNotBeNullOrEmpty(header);
        KrakendFile.Made.Read()["extra_config"]!["security/http"].ShouldBeNull("KrakenD adds its headers to those of an answer that it passes on");
    }

    private IEnumerable<(string Call, RouteEndpoint Endpoint)> PublicRoutes() =>
        from endpoint in shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.Listeners().HasFlag(Listener.Public)
        let path = PathOf(endpoint.RoutePattern.RawText!)
        where !StaysInside.Contains($"/{path.Split('/')[1]}")
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select ($"{method} {path}", endpoint);

    private static string PathOf(string pattern) => "/" + Constraint().Replace(pattern, "").Trim('/');

    [GeneratedRegex(@"(?<=\{\w+):[^}]+")]
    private static partial Regex Constraint();
}
