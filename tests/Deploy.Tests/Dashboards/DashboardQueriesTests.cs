using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Dashboards;

/// <summary>What the dashboards ask, held against what there is to be asked.</summary>
public sealed partial class DashboardQueriesTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    // On no panel, and why.
    private static readonly Dictionary<string, string> Unseen = new()
    {
        ["process_virtual_memory_bytes"] = "Most of it is never touched; process_resident_memory_bytes is what is used.",
    };

    [Theory]
    [InlineData(".+", ".+")]
    [InlineData("orders", "/api/orders/:id")]
    [InlineData("(users|platform)", "(/api/orders|/api/orders/:id)")]
    public async Task Prometheus_takes_every_expression_whatever_is_chosen(string module, string route)
    {
        var queries = All(new Dictionary<string, string> { ["module"] = module, ["route"] = route }).ToList();

        var refused = await Promtool.RefusesAsync([.. queries.Select(query => query.Expression)]);

        queries.Count.ShouldBeGreaterThan(100);
        refused.Select(refusal => $"{queries[refusal.Index].Dashboard}, {queries[refusal.Index].Panel}: {refusal.Reason}").ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_metric_that_is_asked_for_exists()
    {
        var known = await KnownMetrics.OfAsync(shop);
        var unknown = from query in All()
                      from selector in Selector.In(query.Expression)
                      where selector.Metric is null || !known.Has(selector.Metric)
                      select $"{query.Dashboard}, {query.Panel}: {selector}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_label_that_is_asked_for_exists()
    {
        var known = await KnownMetrics.OfAsync(shop);
        var unknown = from query in All()
                      from selector in Selector.In(query.Expression)
                      from matcher in selector.Matchers
                      where !known.Has(selector.Metric!, matcher.Label)
                      select $"{query.Dashboard}, {query.Panel}: {matcher.Label} of {selector.Metric}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_label_by_which_an_answer_is_grouped_or_called_exists()
    {
        var known = await KnownMetrics.OfAsync(shop);
        var unknown = from panel in All().GroupBy(query => (query.Dashboard, query.Panel), query => Expression.Read(query.Expression))
                      from label in panel.SelectMany(expression => expression.Labels).Concat(LegendsOf(panel.Key.Dashboard, panel.Key.Panel)).Distinct()
                      where !panel.Any(expression => expression.Made.Contains(label) || expression.Selectors.Any(selector => known.Has(selector.Metric!, label)))
                      select $"{panel.Key.Dashboard}, {panel.Key.Panel}: {label}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void A_legend_names_only_labels_that_its_expression_keeps()
    {
        var lost = from file in DeployFile.In(DashboardQueries.Folder, "*.json")
                   from panel in file.Read()["panels"]!.AsArray()
                   where panel.Text("type") is not "heatmap" and not "table"
                   from target in panel["targets"]?.AsArray() ?? []
                   let expression = Expression.Read(target.Text("expr").Replace('$', '_'))
                   where expression.Labels.Count > 0
                   from label in Braces().Matches(target["legendFormat"]?.GetValue<string>() ?? "").Select(label => label.Value)
                   where !expression.Labels.Contains(label)
                   select $"{file}, {panel.Text("title")}: {label}";

        lost.ShouldBeEmpty();
    }

    [Fact]
    public void What_every_process_tells_of_itself_is_asked_of_one_of_them()
    {
        var vague = from query in All()
                    from selector in Selector.In(query.Expression)
                    where selector.Metric!.StartsWith("process_", StringComparison.Ordinal) || selector.Metric.StartsWith("go_", StringComparison.Ordinal)
                    where !selector.Matchers.Any(matcher => matcher is { Label: "job", Operator: "=" })
                    select $"{query.Dashboard}, {query.Panel}: {selector}";

        vague.ShouldBeEmpty();
    }

    [Fact]
    public void Every_series_of_a_host_is_filtered_by_the_instances_that_are_chosen()
    {
        var unfiltered = from file in DeployFile.In(DashboardQueries.Folder, "*.json")
                         from query in DashboardQueries.Raw(file.Read())
                         where !query.Panel.StartsWith("variable ", StringComparison.Ordinal)
                         from selector in Selector.In(query.Expression.Replace('$', '_'))
                         where InstanceVariable.IsOfAHost(selector) != selector.Matchers.Contains(new("instance", "=~", "_instance"))
                         select $"{file}, {query.Panel}: {selector}";

        unfiltered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sum(rate(orders_placed_total[$__rate_interval])) * 60", """sum(rate(orders_placed_total{instance=~"$instance"}[$__rate_interval])) * 60""")]
    [InlineData("""min(up{job="krakend"}) + min(up{job="ecommerce"})""", """min(up{job="krakend"}) + min(up{instance=~"$instance",job="ecommerce"})""")]
    [InlineData("""module:http_requests:rate5m{module=~"$module"} or max by (job) (scrape_duration_seconds)""", """module:http_requests:rate5m{module=~"$module"} or max by (job) (scrape_duration_seconds)""")]
    public void An_expression_is_filtered_where_it_asks_a_host(string expression, string filtered) => InstanceVariable.Filter(expression).ShouldBe(filtered);

    [Fact]
    public void Every_metric_of_the_shop_is_on_a_panel()
    {
        var seen = All().SelectMany(query => Selector.In(query.Expression)).Select(selector => selector.Metric!).ToHashSet();
        var all = KnownMetrics.OfTheShop().Select(metric => metric.Name).ToList();
        var unseen = all.Where(name => !new[] { "", "_bucket", "_sum", "_count" }.Any(part => seen.Contains(name + part)));

        all.Count.ShouldBeGreaterThan(45);
        unseen.ShouldBe(
            Unseen.Keys, $"A metric that nobody looks at goes, or gets a panel: what one module counts in {DashboardSource.Folder}/<module>.yml, what the shop counts in one of the other files there.");
    }

    private static IEnumerable<(string Dashboard, string Panel, string Expression)> All(IReadOnlyDictionary<string, string>? values = null) =>
        DashboardQueries.All(values).Concat(DashboardQueries.OfSpans());

    // The labels of a panel's legends, and of an annotation's words.
    private static IEnumerable<string> LegendsOf(string dashboard, string title) =>
        Objects(dashboard).Where(node => node["title"]?.GetValue<string>() == title || $"annotation {node["name"]?.GetValue<string>()}" == title)
            .SelectMany(node => Braces().Matches(node.ToJsonString())).Select(label => label.Value).Distinct();

    private static IEnumerable<JsonObject> Objects(string dashboard)
    {
        var file = new DeployFile($"{DashboardQueries.Folder}/{dashboard}.json");
        return file.Exists ? file.Read()["panels"]!.AsArray().Concat(file.Read()["annotations"]!["list"]!.AsArray()).Select(node => node!.AsObject()) : [];
    }

    [GeneratedRegex(@"(?<=\{\{)\w+(?=\}\})")]
    private static partial Regex Braces();
}
