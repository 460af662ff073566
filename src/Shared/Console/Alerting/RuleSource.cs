using Observability.Console.PromQl;
using Observability.Console.Sampling;
using Observability.Console.Settings;

namespace Observability.Console.Alerting;

/// <summary>What expressions can select: the host's metrics, and what the rules record.</summary>
internal sealed class RuleSource(IMetricStore store, RuleSet rules, ConsoleSettings settings) : ISeriesSource
{
    public RecordedHistory History { get; } = new();

    public IReadOnlyList<KeyValuePair<string, string>> TargetLabels { get; } = [.. settings.TargetLabels];

    /// <summary>The time of the newest sample, in Unix milliseconds; 0 before the first.</summary>
    public long LastSample => store.LastSample;

    public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions) =>
        rules.Find(name) is null ? store.Select(name, conditions) : History.Select(name, conditions);

    public IRecordedRule? Rule(string name) => rules.Find(name);

    /// <summary>What an expression asks for that this host does not have; null when it has everything.</summary>
    public string? Lacks(Expression expression)
    {
        foreach (var selector in rules.SelectorsOf(expression))
        {
            if (rules.Refused.TryGetValue(selector.Name, out var reason))
                return $"{selector.Name} is not recorded here ({reason})";
            if (!Has(selector.Name))
                return $"this host has no metric {selector.Name}";
            foreach (var (label, value) in TargetLabels)
            {
                if (selector.Matchers.FirstOrDefault(matcher => matcher.Label == label && !matcher.Holds(value)) is { } other)
                    return $"{selector.Name} is of another target: {label}{other.Operator}\"{other.Value}\"";
            }
        }
        return null;
    }

    // A family has no series before its first observation.
    private bool Has(string name) => store.Select(name, []).Count > 0 || store.Families.Any(family =>
        name.StartsWith(family.Name, StringComparison.Ordinal) && name[family.Name.Length..] is "" or "_bucket" or "_sum" or "_count");
}
