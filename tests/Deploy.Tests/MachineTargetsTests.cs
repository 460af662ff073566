using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests;

/// <summary>Without containers Prometheus looks where the programs listen when nothing else is said.</summary>
public sealed partial class MachineTargetsTests
{
    private static readonly DeployFile Observe = new("deploy/observe.sh");

    [Theory]
    [InlineData("ecommerce", "shop")]
    [InlineData("prometheus", "prometheus")]
    [InlineData("alertmanager", "alertmanager")]
    public void A_target_is_where_its_program_listens(string job, string variable) =>
        new DeployFile($"deploy/prometheus/targets/{job}.yml").Read().AsArray().ShouldHaveSingleItem()!["targets"]!.AsArray().ShouldHaveSingleItem()!
            .GetValue<string>().ShouldBe(Default().Matches(Observe.Text).Single(found => found.Groups["name"].Value == variable).Groups["address"].Value);

    [Fact]
    public void The_shop_is_watched_where_its_operators_look() =>
        new DeployFile("docs/settings.md").Text.ShouldContain($"| `Endpoints__Management` | `http://{Default().Matches(Observe.Text).Single(found => found.Groups["name"].Value == "shop").Groups["address"].Value}` |");

    [Fact]
    public void Replicas_are_watched_where_the_balancer_finds_them_and_so_is_the_balancer()
    {
        var haproxy = new DeployFile("deploy/haproxy/haproxy.cfg").Text;
        var hosts = Server().Matches(haproxy).Select(server => int.Parse(server.Groups["port"].Value, CultureInfo.InvariantCulture)).ToList();

        TargetsOf("ecommerce").ShouldBe(hosts.Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port + 1}")), "the management listener is the next port");
        haproxy.ShouldContain($"frontend statistics\n    bind {TargetsOf("haproxy").ShouldHaveSingleItem()}\n");
        haproxy.ShouldContain("http-request use-service prometheus-exporter if { path /metrics }");
    }

    private static IEnumerable<string> TargetsOf(string job) =>
        new DeployFile($"deploy/prometheus/targets-replicas/{job}.yml").Read().AsArray().ShouldHaveSingleItem()!["targets"]!.AsArray().Select(target => target!.GetValue<string>());

    [GeneratedRegex(@"^    server \S+ 127\.0\.0\.1:(?<port>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Server();

    // shop=${Endpoints__Management:-http://127.0.0.1:5081}
    [GeneratedRegex(@"\b(?<name>[a-z]+)=\$\{\w+:-(http://)?(?<address>[\d.:]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Default();
}
