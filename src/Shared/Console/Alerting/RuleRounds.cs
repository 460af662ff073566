using Microsoft.Extensions.Options;
using Observability.Console.PromQl;
using Observability.Console.Settings;

namespace Observability.Console.Alerting;

/// <summary>
/// Evaluates the rules: the recording rules that others look back at, and the alerting rules, which keep since when they have a value. One round
/// runs at a time; what it found is read without waiting.
/// </summary>
internal sealed class RuleRounds(RuleSet rules, RuleSource source, ConsoleSettings settings, IOptions<ConsoleOptions> options)
{
    // A label set that changes all the time is no alert of its own each time.
    private const int MostAlertsOfRule = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Rule, LabelSet Labels), long> _active = [];
    private IReadOnlyList<AlertState> _alerts = [.. rules.Alerting.Select(rule => Idle(rule, settings, "not evaluated yet"))];
    private IReadOnlyList<SloBudget> _budgets = [];
    private long _time;

    /// <summary>How often a round is to run.</summary>
    public TimeSpan Interval => options.Value.RuleInterval;

    public IReadOnlyList<SloBudget> Budgets => Volatile.Read(ref _budgets);

    public IReadOnlyList<AlertState> Alerts => Volatile.Read(ref _alerts);

    /// <summary>The time of the last round, in Unix milliseconds; 0 before the first.</summary>
    public long Time => Volatile.Read(ref _time);

    /// <summary>Evaluates every rule at a time.</summary>
    public void Run(long time, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (time <= _time || source.LastSample == 0)
                return;
            var evaluation = new Evaluation(source, new(), cancellation);
            source.History.Add(time, [.. rules.Recording.Where(rule => rule.IsStored).Select(rule => (rule.Name, Recorded(evaluation, rule, time)))]);
            List<AlertState> alerts = [];
            HashSet<(string, LabelSet)> seen = [];
            foreach (var rule in rules.Alerting)
                alerts.AddRange(Evaluated(evaluation, rule, time, seen));
            var budgets = Alerting.Budgets.Of(rules.Recording.Where(rule => Alerting.Budgets.IsWanted(rule.Name)).SelectMany(rule => Recorded(evaluation, rule, time)).ToArray());
            foreach (var (name, evaluated, vector) in evaluation.Rules)
            {
                if (evaluated == time)
                    rules.Find(name)?.Keep(time, vector);
            }
            foreach (var gone in _active.Keys.Where(key => !seen.Contains(key)).ToArray())
                _active.Remove(gone);
            Volatile.Write(ref _alerts, Sorted(alerts));
            Volatile.Write(ref _budgets, budgets);
            Volatile.Write(ref _time, time);
        }
    }

    /// <summary>Alerts in the order in which they are shown: what fires first, pages before tickets.</summary>
    public static IReadOnlyList<AlertState> Sorted(IEnumerable<AlertState> alerts) =>
    [
        .. alerts.OrderBy(alert => Array.IndexOf([AlertState.Firing, AlertState.Pending, AlertState.Inactive], alert.State) is var place and >= 0 ? place : int.MaxValue)
            .ThenBy(alert => alert.Severity, StringComparer.Ordinal).ThenBy(alert => alert.Name, StringComparer.Ordinal).ThenBy(alert => alert.Summary, StringComparer.Ordinal),
    ];

    /// <summary>The page of the runbook that an annotation names; the annotation itself where the console has no such runbook.</summary>
    public static string? RunbookOf(IReadOnlyDictionary<string, string> annotations, ConsoleSettings settings)
    {
        if (annotations.GetValueOrDefault("runbook_url") is not { } address)
            return null;
        var name = address[(address.LastIndexOf('/') + 1)..];
        name = name.EndsWith(".md", StringComparison.Ordinal) ? name[..^3] : name;
        return settings.Runbooks.ContainsKey(name) ? $"/console/runbooks/{name}" : address;
    }

    private IReadOnlyList<Sample> Recorded(Evaluation evaluation, RecordingRule rule, long time)
    {
        try
        {
            return source.Lacks(rule.Expression) is null ? (List<Sample>)evaluation.At(new Selector(rule.Name, [], null, 0), time) : [];
        }
        catch (PromQlException)
        {
            // A rule whose expression cannot be evaluated has no value, as in Prometheus.
            return [];
        }
    }

    private IEnumerable<AlertState> Evaluated(Evaluation evaluation, AlertingRule rule, long time, HashSet<(string, LabelSet)> seen)
    {
        if (rule.Expression is null || source.Lacks(rule.Expression) is not null)
            return [Idle(rule, settings, $"needs Prometheus: {rule.Refusal ?? source.Lacks(rule.Expression!)}")];
        List<Sample> vector;
        try
        {
            vector = evaluation.At(rule.Expression, time) switch
            {
                double number => [new(LabelSet.Empty, number)],
                var value => (List<Sample>)value,
            };
        }
        catch (PromQlException e)
        {
            return [Idle(rule, settings, e.Message)];
        }
        return vector.Count == 0 ? [Idle(rule, settings, null)] : [.. vector.Take(MostAlertsOfRule).Select(sample => Active(rule, sample, time, seen))];
    }

    private AlertState Active(AlertingRule rule, Sample sample, long time, HashSet<(string, LabelSet)> seen)
    {
        var source = sample.Labels.WithoutName();
        var labels = rule.Labels.Aggregate(source, (all, label) => all.With(label.Key, AlertTemplate.Expand(label.Value, source, sample.Value)));
        var key = (rule.Name, labels);
        seen.Add(key);
        if (!_active.TryGetValue(key, out var since))
            _active[key] = since = time;
        return new(rule.Name, rule.Severity, time - since >= rule.For ? AlertState.Firing : AlertState.Pending, DateTimeOffset.FromUnixTimeMilliseconds(since),
            Annotation("summary"), Annotation("description"), RunbookOf(rule.Annotations, settings), sample.Value, "console")
        {
            Labels = labels.Pairs,
        };

        string Annotation(string name) => AlertTemplate.Expand(rule.Annotations.GetValueOrDefault(name, ""), labels, sample.Value);
    }

    // Of a rule without a value the texts have no values to name.
    private static AlertState Idle(AlertingRule rule, ConsoleSettings settings, string? note) => new(
        rule.Name, rule.Severity, note is null ? AlertState.Inactive : AlertState.Unknown, null, rule.Name, "", RunbookOf(rule.Annotations, settings), null, "console")
    {
        Note = note,
        Labels = [.. rule.Labels],
    };
}
