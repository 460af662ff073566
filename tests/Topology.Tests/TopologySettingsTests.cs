using ECommerce.Host;
using ECommerce.Web;
using Microsoft.Extensions.Configuration;

namespace ECommerce.Topology.Tests;

/// <summary>The settings of the topology: each module is here or has an address, and what else is said there is refused with a sentence.</summary>
public sealed class TopologySettingsTests
{
    private static readonly string Key = SigningKey.NewPem();

    [Fact]
    public void Without_settings_the_host_holds_everything()
    {
        var configuration = Configured();

        ProblemsOf(configuration).ShouldBeEmpty();
        var topology = HostTopology.Read(configuration, ShopModules.All);
        (topology.Name, topology.Hosted.Count).ShouldBe(("monolith", ShopModules.All.Count));
    }

    [Fact]
    public void A_host_with_one_module_knows_where_the_others_are()
    {
        var configuration = Configured(
            ("Modules:Hosted", "Orders"), ("Modules:Users:Address", "http://users:5082"), ("Modules:Products:Address", "http://10.0.0.7:5082/"), ("Contracts:SigningKey", Key));

        ProblemsOf(configuration).ShouldBeEmpty();
        var topology = HostTopology.Read(configuration, ShopModules.All);
        (topology.Name, topology.Hosted.Single().Name).ShouldBe(("services", "orders"));
        topology.Remote["users"].ShouldBe(new Uri("http://users:5082"));
    }

    [Theory]
    [InlineData("Modules:Hosted=users,orders", "Modules__Hosted does not name products: set Modules__Products__Address to the internal listener of the host that holds it.")]
    [InlineData("Modules:Hosted=users,order", "Modules__Hosted: there is no module order. The modules are users, products, orders.")]
    [InlineData("Modules:Users:Address=http://users:5082", "Modules__Users__Address: this host holds the module itself. Take it out of Modules__Hosted, or remove the address.")]
    [InlineData("Modules:Stock:Address=http://stock:5082", "Modules__Stock is not a setting. Modules has Hosted, and an Address for each of users, products, orders.")]
    [InlineData("Modules:Users:Adress=http://users:5082", "Modules__Users has one setting, Modules__Users__Address.")]
    [InlineData("Modules:Hosted=orders,products;Modules:Users:Address=users:5082", "Modules__Users__Address: 'users:5082' must look like http://users:5082.")]
    [InlineData("Modules:Hosted=orders,products;Modules:Users:Address=http://users:5082/contracts", "Modules__Users__Address: 'http://users:5082/contracts' must look like http://users:5082.")]
    [InlineData("Modules:Hosted=orders,products;Modules:Users:Address=http://users:5082;Contracts:SigningKey=", "Contracts__SigningKey is required where a module is held by another host. It is not PEM")]
    [InlineData("Contracts:TrustedKeys=-----BEGIN", "Contracts__TrustedKeys must be public keys in PEM, such as openssl ec -pubout makes.")]
    public void What_cannot_work_is_said(string settings, string problem)
    {
        var pairs = settings.Split(';').Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], pair[1])).ToArray();

        ProblemsOf(Configured([("Contracts:SigningKey", Key), .. pairs])).ShouldContain(said => said.StartsWith(problem, StringComparison.Ordinal));
    }

    private static string[] ProblemsOf(IConfiguration configuration) => [.. new TopologyCheck(configuration, ShopModules.All).Problems()];

    private static IConfiguration Configured(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.GroupBy(setting => setting.Key).Select(given => KeyValuePair.Create(given.Key, (string?)given.Last().Value))).Build();
}
