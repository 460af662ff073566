using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Observability.Console.Alerting;
using Observability.Console.PromQl;
using Observability.Console.Tests.Alerting;

namespace Observability.Console.Tests.PromQl;

/// <summary>Which of the repository's expressions the console can evaluate: all but those that are named here.</summary>
public sealed partial class RepositoryExpressionTests
{
    [Fact]
    public void Every_rule_is_supported()
    {
        var rules = new RuleSet(RuleCases.Settings());

        rules.Alerting.Count.ShouldBeGreaterThan(20);
        rules.Recording.Count.ShouldBeGreaterThan(30);
        rules.Alerting.Where(rule => rule.Refusal is not null).ShouldBeEmpty();
        rules.Refused.ShouldBeEmpty();
    }

    [Fact]
    public void What_rules_look_back_at_is_stored_and_nothing_else() => new RuleSet(RuleCases.Settings()).Recording.Where(rule => rule.IsStored).Select(rule => rule.Name).ShouldBe(
        [
            "module:slo_availability_requests:rate5m", "module:slo_availability_errors:rate5m", "module:slo_latency_requests:rate5m", "module:slo_latency_errors:rate5m",
        ], ignoreOrder: true);

    [Fact]
    public void Every_query_of_a_runbook_is_supported_but_one_without_a_metric()
    {
        var queries = Directory.EnumerateFiles(Path.Combine(RuleCases.Root, "docs/runbooks"), "*.md")
            .SelectMany(path => Fence().Matches(File.ReadAllText(path)).Select(fence => fence.Groups["query"].Value)).ToArray();

        queries.Length.ShouldBeGreaterThan(80);
        Refused(queries).ShouldBe(["count by (__name__) ({path=\"_overflow\"}) or count by (__name__) ({module=\"_overflow\"}): unsupported: a selector without the metric's name"]);
    }

    [Fact]
    public void Every_query_of_a_dashboard_is_supported()
    {
        var queries = (from path in Directory.EnumerateFiles(Path.Combine(RuleCases.Root, "deploy/grafana/dashboards"), "*.json")
                       from panel in JsonNode.Parse(File.ReadAllText(path))!["panels"]!.AsArray()
                       from target in panel!["targets"]?.AsArray() ?? []
                       where panel["datasource"]?["type"]?.GetValue<string>() is null or "prometheus"
                       select Variable().Replace(target!["expr"]!.GetValue<string>().Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                           .Replace("$__range", "1h", StringComparison.Ordinal), "x")).ToArray();

        queries.Length.ShouldBeGreaterThan(150);
        Refused(queries.Where(query => !query.Contains("service_name=", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    private static string[] Refused(IEnumerable<string> queries) => [.. queries.Select(query => query.Trim()).Select(query =>
    {
        try
        {
            Parser.Parse(query);
            return "";
        }
        catch (PromQlException e)
        {
            return $"{query}: {e.Message}";
        }
    }).Where(refusal => refusal.Length > 0)];

    [GeneratedRegex(@"```promql\n(?<query>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\$(?:\{\w+(?::\w+)?\}|[A-Za-z_]\w*)")]
    private static partial Regex Variable();
}
