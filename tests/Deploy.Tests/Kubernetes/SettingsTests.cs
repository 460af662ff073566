using System.Text.RegularExpressions;
using ECommerce.Deploy.Tests.Stack;
using ECommerce.Host;
using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The settings of the manifests and of the README are those of the host.</summary>
public sealed class SettingsTests(ShopFixture host) : IClassFixture<ShopFixture>
{
    private static readonly Regex OfOthers = new("^(ASPNETCORE_ENVIRONMENT|ConnectionStrings__ECommerce|Modules__[A-Z][a-z]+__Address|OTEL_[A-Z_]+|POD_NAME|NODE_NAME)$");

    private static readonly Regex OfServices = new("^(Modules|Contracts|Broker)__|^Endpoints__Internal$");

    private static readonly Dictionary<string, string> Variables = ComposeFile.ReadVariables(Path.Combine(Repository.Root, ComposeFile.Example));

    private IReadOnlyList<SettingsSection> Sections => [.. host.Services.GetServices<SettingsSection>()];

    /// <summary>The settings of each host of the overlays, and of each host in containers.</summary>
    private static IEnumerable<(string Host, IReadOnlyDictionary<string, string> Settings)> Hosts =>
    [
        .. Overlay.All.SelectMany(overlay => overlay.Hosts.Values, (overlay, host) => ($"{overlay}: {host.Metadata.Name}", overlay.SettingsOf(host))),
        .. ComposeServices.Hosts.Select(host => (host.Name, (IReadOnlyDictionary<string, string>)host.Environment
            .ToDictionary(variable => variable.Key, variable => ComposeFile.Interpolate(variable.Value, Variables)))),
    ];

    [Fact]
    public void Every_setting_is_one_that_the_host_knows()
    {
        var known = Known().ToHashSet();
        foreach (var (host, settings) in Hosts)
            settings.Keys.Where(name => !OfOthers.IsMatch(name)).Except(known).ShouldBeEmpty(host);

        Overlay.All.SelectMany(overlay => overlay.Hosts.Values).SelectMany(host => host.Spec.Template.Spec.Containers.Single().Env).Select(variable => variable.Name)
            .Where(name => !OfOthers.IsMatch(name)).Except(known).ShouldBeEmpty();
        ComposeServices.Hosts.SelectMany(host => host.Secrets.Keys).Where(name => !OfOthers.IsMatch(name)).Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void Every_value_is_one_that_the_host_accepts()
    {
        foreach (var (name, settings) in Hosts)
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
                .Build();
            Sections.SelectMany(section => section.Problems(configuration)).ShouldBeEmpty(name);
        }
    }

    [Fact]
    public void Every_secret_that_the_README_makes_is_a_setting_that_the_host_knows()
    {
        var named = Regex.Matches(new DeployFile("deploy/kubernetes/README.md").Text, @"--from-(literal|file)=(?<name>\w+__\w+)=").Select(match => match.Groups["name"].Value).ToList();

        named.ShouldContain("Tokens__SigningKey");
        named.Distinct().Where(name => !OfOthers.IsMatch(name)).Except(Known()).ShouldBeEmpty();
    }

    [Fact]
    public void Each_host_of_the_services_holds_one_module_and_knows_where_the_others_are()
    {
        var inPods = Hosts.Where(host => host.Host.StartsWith("services: shop-", StringComparison.Ordinal)).ToList();
        var inContainers = Hosts.Where(host => !host.Host.Contains(':')).ToList();
        foreach (var hosts in new[] { inPods, inContainers })
        {
            hosts.Select(host => host.Settings["Modules__Hosted"]).ShouldBe(ShopModules.Names, ignoreOrder: true);
            foreach (var (name, settings) in hosts)
            {
                var module = settings["Modules__Hosted"];
                name.Split("shop-")[^1].ShouldBe(module);
                settings.Where(setting => setting.Key.EndsWith("__Address", StringComparison.Ordinal)).ToDictionary().ShouldBe(
                    ShopModules.Names.Where(other => other != module).ToDictionary(other => $"Modules__{char.ToUpperInvariant(other[0])}{other[1..]}__Address", other => $"http://{other}:5082"),
                    ignoreOrder: true);
            }
        }

        foreach (var (overlay, one) in Overlay.All.Where(overlay => overlay.Name != "services").SelectMany(overlay => overlay.Hosts.Values, (overlay, one) => (overlay, one)))
            overlay.SettingsOf(one).Keys.Where(name => OfServices.IsMatch(name)).ShouldBeEmpty(overlay.Name);
    }

    private IEnumerable<string> Known() => Sections.SelectMany(section => section.Properties, (section, setting) => $"{section.Name}__{setting.Name}");
}
