using System.Text.RegularExpressions;
using ECommerce.Hosting;
using ECommerce.Host;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The settings of the manifests and of the README are those of the host.</summary>
public sealed class SettingsTests(ShopFixture host) : IClassFixture<ShopFixture>
{
    private static readonly Regex OfOthers = new("^(ASPNETCORE_ENVIRONMENT|ConnectionStrings__ECommerce|OTEL_[A-Z_]+|POD_NAME|NODE_NAME)$");

    /// <summary>Settings of the topology `services` that the host of this tree does not know yet.</summary>
    private static readonly Regex NotYet = new("^(Modules__Hosted|Modules__[A-Z][a-z]+__Address|Endpoints__Internal|Contracts__SigningKey|Broker__Address)$");

    private IReadOnlyList<SettingsSection> Sections => [.. host.Services.GetServices<SettingsSection>()];

    [Fact]
    public void Every_setting_is_one_that_the_host_knows()
    {
        var known = Known().ToHashSet();
        foreach (var overlay in Overlay.All)
        {
            foreach (var one in overlay.Hosts.Values)
            {
                var container = one.Spec.Template.Spec.Containers.Single();
                overlay.SettingsOf(one).Keys.Concat(container.Env.Select(variable => variable.Name))
                    .Where(name => !OfOthers.IsMatch(name) && !NotYet.IsMatch(name)).Except(known).ShouldBeEmpty(overlay.Name);
            }
        }
    }

    [Fact]
    public void Every_value_is_one_that_the_host_accepts()
    {
        foreach (var overlay in Overlay.All)
        {
            foreach (var one in overlay.Hosts.Values)
            {
                var configuration = new ConfigurationBuilder()
                    .AddInMemoryCollection(overlay.SettingsOf(one).Where(setting => !NotYet.IsMatch(setting.Key))
                        .Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
                    .Build();
                Sections.SelectMany(section => section.Problems(configuration)).ShouldBeEmpty(one.Metadata.Name);
            }
        }
    }

    [Fact]
    public void Every_secret_that_the_README_makes_is_a_setting_that_the_host_knows()
    {
        var named = Regex.Matches(new DeployFile("deploy/kubernetes/README.md").Text, @"--from-(literal|file)=(?<name>\w+__\w+)=").Select(match => match.Groups["name"].Value).ToList();

        named.ShouldContain("Tokens__SigningKey");
        named.Distinct().Where(name => !OfOthers.IsMatch(name) && !NotYet.IsMatch(name)).Except(Known()).ShouldBeEmpty();
    }

    [Fact]
    public void Each_host_of_the_services_holds_one_module_and_knows_where_the_others_are()
    {
        var services = Overlay.Called("services");
        string[] modules = [.. ShopModules.Names];
        services.Hosts.Keys.ShouldBe(modules.Select(module => $"shop-{module}"), ignoreOrder: true);
        foreach (var (name, one) in services.Hosts)
        {
            var settings = services.SettingsOf(one);
            var module = settings["Modules__Hosted"];
            name.ShouldBe($"shop-{module}");
            var addresses = settings.Where(setting => setting.Key.EndsWith("__Address", StringComparison.Ordinal)).ToDictionary(setting => setting.Key, setting => setting.Value);
            addresses.ShouldBe(modules.Where(other => other != module).ToDictionary(
                other => $"Modules__{char.ToUpperInvariant(other[0])}{other[1..]}__Address", other => $"http://{other}:5082"), ignoreOrder: true);
        }

        foreach (var (overlay, one) in Overlay.All.Where(overlay => overlay.Name != "services").SelectMany(overlay => overlay.Hosts.Values, (overlay, one) => (overlay, one)))
            overlay.SettingsOf(one).Keys.Where(name => NotYet.IsMatch(name)).ShouldBeEmpty(overlay.Name);
    }

    private IEnumerable<string> Known() => Sections.SelectMany(section => section.Properties, (section, setting) => $"{section.Name}__{setting.Name}");
}
