using System.Text.RegularExpressions;
using ECommerce.Hosting;
using ECommerce.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>What the compose file sets for the shop is what the host knows.</summary>
public sealed class ShopServiceTests(ShopFixture host) : IClassFixture<ShopFixture>
{
    /// <summary>Settings that no options class of the host has: the framework's, the database's, OpenTelemetry's.</summary>
    private static readonly Regex OfOthers = new("^(ASPNETCORE_ENVIRONMENT|ConnectionStrings__ECommerce|OTEL_EXPORTER_OTLP_(ENDPOINT|PROTOCOL)|OTEL_(BSP|BLRP)_MAX_QUEUE_SIZE)$");

    // What .env.example leaves open has some value.
    private static readonly Dictionary<string, string> Variables = ComposeFile.ReadVariables(Path.Combine(Repository.Root, ComposeFile.Example))
        .ToDictionary(variable => variable.Key, variable => variable.Value.Length > 0 ? variable.Value : "0123456789abcdef");

    private static readonly Dictionary<string, string?> Environment = ComposeFile.Services["shop"].Environment
        .ToDictionary(variable => variable.Key, variable => (string?)ComposeFile.Interpolate(variable.Value, Variables));

    [Fact]
    public void Every_setting_is_one_that_the_host_knows()
    {
        var known = host.Services.GetServices<SettingsSection>().SelectMany(section => section.Properties, (section, setting) => $"{section.Name}__{setting.Name}");

        Environment.Keys.Where(name => !OfOthers.IsMatch(name)).Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void Every_value_is_one_that_the_host_accepts()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Environment.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), variable.Value)))
            .Build();

        host.Services.GetServices<SettingsSection>().SelectMany(section => section.Problems(configuration)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_secret_is_a_setting_that_the_host_knows()
    {
        var known = host.Services.GetServices<SettingsSection>().SelectMany(section => section.Properties, (section, setting) => $"{section.Name}__{setting.Name}");

        ComposeFile.Services["shop"].Secrets.Keys.Where(name => !OfOthers.IsMatch(name)).Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void The_disk_that_the_host_watches_is_not_too_small_for_it()
    {
        var megabytes = int.Parse(Regex.Match(ComposeFile.Services["shop"].Strings("tmpfs").Single(), @"^/tmp:size=(\d+)m$").Groups[1].Value);

        long.Parse(Environment["Health__DiskDegradedBytes"]!).ShouldBeLessThan(megabytes * 1024L * 1024 / 2);
        long.Parse(Environment["Health__DiskUnhealthyBytes"]!).ShouldBeLessThan(long.Parse(Environment["Health__DiskDegradedBytes"]!));
    }

    [Fact]
    public void The_shop_believes_the_containers_of_its_network() =>
        Environment["Endpoints__TrustedProxies"].ShouldBe((string?)ComposeFile.Root["networks"]!["ecommerce"]!["ipam"]!["config"]![0]!["subnet"]);

    [Fact]
    public void The_management_listener_is_known_by_every_name_that_its_callers_use()
    {
        string[] targets =
        [
            .. DeployFile.In("deploy/prometheus/targets-compose", "*.yml").Concat(DeployFile.In("deploy/prometheus/targets", "*.yml"))
                .SelectMany(file => file.Read().AsArray()).SelectMany(group => group!["targets"]!.AsArray()).Select(target => (string)target!)
                .Where(target => target.EndsWith(":5081", StringComparison.Ordinal)),
        ];
        targets.ShouldBe(["shop:5081", "127.0.0.1:5081"], ignoreOrder: true);

        var hosts = new ManagementHosts(Environment["Management__Hosts"]!.Split(','));
        targets.ShouldAllBe(target => hosts.Allow(new HostString(target)));
        hosts.Allow(new HostString("attacker.example:5081")).ShouldBeFalse();
    }

    [Fact]
    public void The_shop_has_the_time_to_stop_that_it_takes() =>
        (TimeSpan.Parse(Environment["Shutdown__DrainDelay"]!) + TimeSpan.FromSeconds(30)).TotalSeconds
            .ShouldBeLessThan(int.Parse(Regex.Match((string)ComposeFile.Services["shop"].Settings["stop_grace_period"]!, @"^(\d+)s$").Groups[1].Value));
}
