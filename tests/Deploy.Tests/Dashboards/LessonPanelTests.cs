using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Dashboards;

/// <summary>The panel that a lesson appends to a dashboard. The lesson's own test leaves it out, because it would change the repository.</summary>
public sealed partial class LessonPanelTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const string Lesson = "docs/lessons/week-5.md";

    [Fact]
    public async Task The_panel_of_week_5_becomes_a_panel_whose_expression_is_answered_by_metrics_that_exist()
    {
        var appended = Appended().Match(new DeployFile(Lesson).Text);
        var (panel, file) = (appended.Groups["panel"].Value, new DeployFile(appended.Groups["file"].Value));
        var (_, json) = DashboardJson.WriteAll([("red", DashboardSource.Of(DeployFile.ReadYaml(file.Text + panel)))]).Single();
        var added = DashboardQueries.In(DeployFile.ReadYaml(json)).Where(query => panel.Contains($"title: {query.Panel}\n", StringComparison.Ordinal)).ToList();

        var expression = added.ShouldHaveSingleItem().Expression;
        (await Promtool.RefusesAsync([expression])).ShouldBeEmpty();
        var known = await KnownMetrics.OfAsync(shop);
        Selector.In(expression).ShouldAllBe(selector => known.Has(selector.Metric!) && selector.Matchers.All(matcher => known.Has(selector.Metric!, matcher.Label)));
    }

    [GeneratedRegex(@"cat >> (?<file>deploy/grafana/source/\w+\.yml) <<'END'\n(?<panel>.*?)END\n", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Appended();
}
