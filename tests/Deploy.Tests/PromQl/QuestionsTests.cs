using ECommerce.Deploy.Tests.Alerts;
using ECommerce.Deploy.Tests.Runbooks;

namespace ECommerce.Deploy.Tests.PromQl;

/// <summary>Questions that have an answer and yet a wrong one; docs/gallery shows what each of these tests catches.</summary>
public sealed class QuestionsTests
{
    private static readonly string[] Growth = ["rate", "irate", "increase", "resets", "changes", "absent", "absent_over_time", "count", "count_over_time"];

    // The difference of two latencies, which only means have: a quantile of one less a quantile of the other is no quantile of anything.
    private const string Difference = "dashboard gateway, What does the gateway add to each route?";

    private static readonly HashSet<string> Counters =
    [
        .. from metric in KnownMetrics.OfTheShop()
           where metric.Type is "counter" or "histogram" or "summary"
           from part in (string[])(metric.Type == "counter" ? [""] : ["_bucket", "_sum", "_count"])
           select metric.Name + part,
    ];

    [Fact]
    public void A_counter_is_asked_for_its_growth()
    {
        var asked = Expressions().SelectMany(one => CallsOf(one.Expression, Counters.Contains), (one, call) => (one.Where, one.Expression, call.Around)).ToList();

        asked.Count.ShouldBeGreaterThan(60);
        asked.Where(one => !one.Around.Any(Growth.Contains)).Select(one => $"{one.Where}: {one.Expression}").ShouldBeEmpty("A restart sets it to 0.");
    }

    [Fact]
    public void No_panel_shows_the_mean_of_a_latency() =>
        Expressions()
            .Where(one => one.Where.StartsWith("dashboard ", StringComparison.Ordinal) && one.Where != Difference)
            .Where(one => CallsOf(one.Expression, metric => metric.EndsWith("_seconds_sum", StringComparison.Ordinal)).Any()
                && CallsOf(one.Expression, metric => metric.EndsWith("_seconds_count", StringComparison.Ordinal)).Any())
            .Select(one => $"{one.Where}: {one.Expression}")
            .ShouldBeEmpty("Nobody waits for the mean.");

    [Fact]
    public void No_quantile_is_averaged_or_added() =>
        Expressions()
            .Where(one => CallsOf(one.Expression, name => name == "histogram_quantile").Any(call => call.Around.Any(around => around is "avg" or "sum" or "avg_over_time" or "sum_over_time")))
            .Select(one => $"{one.Where}: {one.Expression}")
            .ShouldBeEmpty("Buckets can be added up, and quantiles cannot.");

    /// <summary>Every name of the expression that is looked for, with the functions and operators around it, the innermost first.</summary>
    private static IEnumerable<(string Name, string[] Around)> CallsOf(string promql, Func<string, bool> isLookedFor)
    {
        var tokens = Token.In(promql);
        Stack<string> open = new();
        string? called = null;
        for (var at = 0; at < tokens.Count; at++)
        {
            var token = tokens[at];
            if (token.Kind is Token.Sort.Name && isLookedFor(token.Text))
                yield return (token.Text, [.. open]);
            if (token.Is("("))
            {
                open.Push(called ?? "");
                called = null;
            }
            else if (token.Is(")"))
                open.Pop();
            else if (token is { Kind: Token.Sort.Name, Text: "by" or "without" })
            {
                // `sum by (module) (…)`: the operator's parenthesis is the next one.
                while (at < tokens.Count - 1 && !tokens[at].Is(")"))
                    at++;
            }
            else
                called = token.Kind is Token.Sort.Name ? token.Text : null;
        }
    }

    private static IEnumerable<(string Where, string Expression)> Expressions() =>
    [
        .. DashboardQueries.All().Where(query => !query.Panel.StartsWith("variable ", StringComparison.Ordinal))
            .Select(query => ($"dashboard {query.Dashboard}, {query.Panel}", query.Expression)),
        .. Alert.All().Select(alert => (alert.Name, alert.Expression)),
        .. Runbook.All().SelectMany(page => Runbook.BlocksOf(page.Text, "promql"), (page, expression) => (page.Path, expression)),
    ];
}
