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

    // shop=${Endpoints__Management:-http://127.0.0.1:5081}
    [GeneratedRegex(@"\b(?<name>[a-z]+)=\$\{\w+:-(http://)?(?<address>[\d.:]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Default();
}
