using System.Text;
using ECommerce.Generate.PromQl;

namespace ECommerce.Generate.Dashboards;

/// <summary>
/// The variable <c>instance</c> that every dashboard has: which hosts of the shop a dashboard shows, all of them when it is opened. The
/// sources do not mention it; it is added to each series that a host exports. Recorded series are sums over hosts and have no instance.
/// </summary>
internal static class InstanceVariable
{
    private static readonly HashSet<string> NotOfAHost = [.. RecordingRules.Names(), .. ForeignMetrics.All.Select(metric => metric.Name)];

    private static readonly string[] Suffixes = ["", "_bucket", "_sum", "_count"];

    /// <summary>As a source would declare it.</summary>
    public static KeyValuePair<string, string> Declaration { get; } = new("instance", """label_values(up{job="ecommerce"}, instance)""");

    /// <summary>Whether a host of the shop exports these series, or Prometheus makes them of its scrape.</summary>
    public static bool IsOfAHost(Selector selector)
    {
        var job = selector.Matchers.FirstOrDefault(matcher => matcher.Label == "job");
        if (job is not null)
            return job is { Operator: "=", Value: "ecommerce" or "ecommerce-runtime" };
        return selector.Metric is { } metric && !Suffixes.Any(part => metric.EndsWith(part, StringComparison.Ordinal) && NotOfAHost.Contains(metric[..^part.Length]));
    }

    /// <summary>The same expression, asked of the chosen hosts only.</summary>
    public static string Filter(string promql)
    {
        // A variable is no PromQL; a name of the same length is.
        var expression = Expression.Read(promql.Replace('$', '_'));
        var filtered = new StringBuilder(promql);
        for (var i = expression.Selectors.Count - 1; i >= 0; i--)
        {
            var end = expression.Ends[i];
            if (end < 0 || !IsOfAHost(expression.Selectors[i]))
                continue;
            if (end < promql.Length && promql[end] == '{')
                filtered.Insert(end + 1, """instance=~"$instance",""");
            else
                filtered.Insert(end, """{instance=~"$instance"}""");
        }
        return filtered.ToString();
    }
}
