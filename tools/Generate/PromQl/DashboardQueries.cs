using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Generate.PromQl;

/// <summary>The expressions that Grafana sends to Prometheus, with its variables filled in: what a test can ask a real Prometheus.</summary>
internal static partial class DashboardQueries
{
    public const string Folder = "deploy/grafana/dashboards";

    /// <summary>How Grafana's own variables are filled in when nothing else is said: a look at the last hour, scraped every five seconds.</summary>
    private static readonly Dictionary<string, string> Built = new()
    {
        ["__rate_interval"] = "1m",
        ["__interval"] = "15s",
        ["__range"] = "1h",
        ["__range_s"] = "3600",
        ["__tags"] = "module=\"orders\"",
    };

    /// <summary>Every expression of every dashboard: those of panels, of annotations, and the series that a variable's values come from.</summary>
    /// <param name="values">What variables are, by name without the dollar; the others are what they are when a dashboard is opened.</param>
    /// <exception cref="FormatException">An expression names a variable that nobody fills in.</exception>
    public static IEnumerable<(string Dashboard, string Panel, string Expression)> All(IReadOnlyDictionary<string, string>? values = null) =>
        DeployFile.In(Folder, "*.json").SelectMany(file => In(file.Read(), values));

    /// <summary>Every expression of one dashboard's JSON.</summary>
    /// <param name="dashboard">The JSON.</param>
    /// <param name="values">As for <see cref="All"/>.</param>
    public static IEnumerable<(string Dashboard, string Panel, string Expression)> In(JsonNode dashboard, IReadOnlyDictionary<string, string>? values = null)
    {
        ArgumentNullException.ThrowIfNull(dashboard);
        var all = WhenOpened(dashboard);
        foreach (var (name, value) in values ?? new Dictionary<string, string>())
            all[name] = value;
        return Raw(dashboard).Select(query => (dashboard["uid"]!.GetValue<string>(), query.Panel, Fill(query.Expression, all)));
    }

    /// <summary>The queries to which a span leads, by the provisioned datasources.</summary>
    public static IEnumerable<(string Datasource, string Name, string Expression)> OfSpans() =>
        from source in new DeployFile("deploy/grafana/provisioning/datasources/datasources.yml").Read()["datasources"]!.AsArray()
        from query in source!["jsonData"]?["tracesToMetrics"]?["queries"]?.AsArray() ?? []
        // A provisioning file doubles the dollar, lest Grafana takes the word for a variable of its environment.
        let expression = query["query"]!.GetValue<string>().Replace("$$", "$", StringComparison.Ordinal)
        select (source["uid"]!.GetValue<string>(), query["name"]!.GetValue<string>(), Fill(expression, Built));

    /// <summary>Expressions as they stand in the JSON, each with the title of its panel.</summary>
    public static IEnumerable<(string Panel, string Expression)> Raw(JsonNode dashboard) =>
    [
        .. from panel in dashboard["panels"]!.AsArray()
           from target in panel!["targets"]?.AsArray() ?? []
           select (panel["title"]!.GetValue<string>(), target["expr"]!.GetValue<string>()),
        .. from annotation in dashboard["annotations"]!["list"]!.AsArray()
           select ($"annotation {annotation!["name"]!.GetValue<string>()}", annotation["expr"]!.GetValue<string>()),
        .. from variable in dashboard["templating"]!["list"]!.AsArray()
           where variable["type"]!.GetValue<string>() == "query"
           let series = LabelValues().Match(variable["definition"]!.GetValue<string>()).Groups["series"].Value
           select ($"variable {variable["name"]!.GetValue<string>()}", series),
    ];

    /// <summary>The names of the variables in a text, Grafana's own among them.</summary>
    public static IEnumerable<string> VariablesIn(string text) => Variable().Matches(text).Select(variable => variable.Groups["name"].Value);

    private static Dictionary<string, string> WhenOpened(JsonNode dashboard)
    {
        Dictionary<string, string> values = new(Built);
        foreach (var variable in dashboard["templating"]!["list"]!.AsArray())
            values[variable!["name"]!.GetValue<string>()] = variable["allValue"]!.GetValue<string>();
        return values;
    }

    private static string Fill(string expression, Dictionary<string, string> values) => Variable().Replace(expression, variable =>
        values.TryGetValue(variable.Groups["name"].Value, out var value) ? value : throw new FormatException($"Nobody fills in {variable.Value} of {expression}"));

    // `$1` is no variable: label_replace means it.
    [GeneratedRegex(@"\$(?:\{(?<name>[A-Za-z_]\w*)(?::\w+)?\}|(?<name>[A-Za-z_]\w*))", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^label_values\((?<series>.+),\s*\w+\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelValues();
}
