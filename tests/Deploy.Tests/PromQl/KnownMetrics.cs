using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.PromQl;

/// <summary>Every series that Prometheus may hold, by name, with its labels.</summary>
internal sealed partial class KnownMetrics
{
    // Prometheus adds the first two to everything; the third belongs to the buckets.
    private static readonly string[] Everywhere = ["job", "instance", "le", "__name__"];

    private static readonly Dictionary<string, string[]> Parts = new()
    {
        ["histogram"] = ["_bucket", "_sum", "_count"],
        ["summary"] = ["", "_sum", "_count"],
    };

    // Not on a page that is read while all is well.
    private static readonly Dictionary<string, string[]> OnlyInTrouble = new()
    {
        ["db_client_connection_npgsql_pending_requests"] = ["db_client_connection_pool_name"],
        ["db_client_operation_failed_total"] = ["db_client_connection_pool_name"],
    };

    private readonly Dictionary<string, HashSet<string>> _labels = new(StringComparer.Ordinal);

    private KnownMetrics()
    {
    }

    /// <summary>The families on docs/telemetry.md, which <c>make generate</c> makes from the code and tests/Signals.Tests holds against a running host.</summary>
    public static IReadOnlyList<(string Name, string Type, IReadOnlyList<string> Labels)> OfTheShop() =>
    [
        .. from row in Declaration().Matches(new DeployFile("docs/telemetry.md").Text)
           select (row.Groups["name"].Value, row.Groups["type"].Value, (IReadOnlyList<string>)[.. Word().Matches(row.Groups["labels"].Value).Select(label => label.Value)]),
    ];

    /// <summary>The families whose value every host exports alike, since they describe the database.</summary>
    public static IReadOnlySet<string> Shared() =>
        Declaration().Matches(new DeployFile("docs/telemetry.md").Text)
            .Where(row => row.Value.Contains($"| {row.Groups["type"].Value}, shared", StringComparison.Ordinal))
            .Select(row => row.Groups["name"].Value).ToHashSet();

    /// <summary>What the host declares, what it shows of .NET, what rules make of both, and what other programs are known to have.</summary>
    public static async Task<KnownMetrics> OfAsync(ShopFixture shop)
    {
        ArgumentNullException.ThrowIfNull(shop);
        var known = new KnownMetrics();
        foreach (var (name, type, labels) in OfTheShop())
            known.Add(name, type, labels);
        foreach (Match line in Series().Matches(await shop.Management.GetStringAsync("/metrics/runtime")))
            known.Add(line.Groups["name"].Value, "", Label().Matches(line.Groups["labels"].Value).Select(label => label.Value));
        foreach (var (name, labels) in OnlyInTrouble)
            known.Add(name, "", labels);
        foreach (var rule in RecordingRules.Names())
            known.Add(rule, "", RecordingRules.LabelsOf(rule));
        foreach (var metric in ForeignMetrics.All)
            known.Add(metric.Name, metric.Type, metric.Labels);
        return known;
    }

    public bool Has(string metric) => _labels.ContainsKey(metric);

    /// <summary>Whether a series of that metric can have that label.</summary>
    public bool Has(string metric, string label) => Everywhere.Contains(label) || (_labels.TryGetValue(metric, out var labels) && labels.Contains(label));

    private void Add(string name, string type, IEnumerable<string> labels)
    {
        foreach (var series in Parts.GetValueOrDefault(type, [""]).Select(part => name + part))
        {
            if (!_labels.TryAdd(series, [.. labels]))
                _labels[series].UnionWith(labels);
        }
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Series();

    [GeneratedRegex(@"^\| `(?<name>\w+)`( ✳)? \| (?<type>counter|gauge|histogram|summary)\b[^|]*\| (?<labels>[^|]*)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("""\w+(?==")""")]
    private static partial Regex Label();
}
