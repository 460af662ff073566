using System.Text.Json.Nodes;
using ECommerce.Host;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>krakend.services.json is krakend.json, apart from where the hosts are; what holds of that one holds of this one.</summary>
public sealed class GatewayServicesTests
{
    private const string Users = "http://users:5080";

    [Fact]
    public void Everything_but_the_hosts_is_as_in_the_file_of_one_host()
    {
        var (one, services) = (KrakendFile.Made.Read().AsObject(), KrakendFile.MadeForServices.Read().AsObject());

        one.Remove("host").ShouldBeTrue();
        foreach (var endpoint in services["endpoints"]!.AsArray())
        {
            endpoint!["backend"]!.AsArray().ShouldHaveSingleItem()!.AsObject().Remove("host").ShouldBeTrue();
            if (endpoint["extra_config"]!["auth/validator"] is { } validator)
                validator["jwk_url"] = "http://shop:5080/.well-known/jwks.json";
        }

        services.ToJsonString().ShouldBe(one.ToJsonString());
    }

    [Fact]
    public void A_route_goes_to_the_host_that_holds_its_module_and_what_every_host_has_to_that_of_Users()
    {
        foreach (var route in GatewayRoute.In(KrakendFile.MadeForServices))
        {
            var path = route.Text("endpoint").Split('/');
            var expected = path[1] == "api" ? $"http://{path[2]}:5080" : Users;
            GatewayRoute.Texts(route.Backends.Single()!["host"]).ShouldBe([expected], route.Call);
        }

        GatewayRoute.In(KrakendFile.MadeForServices).Select(route => route.Text("endpoint").Split('/')).Where(path => path[1] == "api").Select(path => path[2])
            .Distinct().ShouldBe(ShopModules.Names, ignoreOrder: true);
    }

    [Fact]
    public void Tokens_are_checked_with_the_keys_of_the_host_that_signs_them_and_no_other_listener_is_called()
    {
        var validators = GatewayRoute.In(KrakendFile.MadeForServices).Select(route => route.Validator).OfType<JsonNode>().ToList();

        validators.Select(validator => (string)validator["jwk_url"]!).Distinct().ShouldBe([$"{Users}/.well-known/jwks.json"]);
        foreach (var port in (string[])["5081", "5082"])
            KrakendFile.MadeForServices.Text.ShouldNotContain(port);
    }
}
