using Observability.Console.PromQl;
using Observability.Console.Settings;

namespace Observability.Console.Alerting;

/// <summary>The rules of all files. What the evaluator does not support is kept with the reason.</summary>
internal sealed class RuleSet
{
    private readonly Dictionary<string, RecordingRule> _recording = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly List<AlertingRule> _alerting = [];

    /// <exception cref="FormatException">A file is none of rules.</exception>
    public RuleSet(ConsoleSettings settings)
    {
        foreach (var (name, text) in settings.RuleFiles)
        {
            foreach (var group in RuleFile.Read(name, text).Groups)
                Add(group);
        }
        foreach (var selector in _recording.Values.Select(rule => rule.Expression).Concat(_alerting.Select(rule => rule.Expression))
            .SelectMany(expression => expression?.All() ?? []).OfType<Selector>())
        {
            // What is asked for the past has to be stored; anything else is evaluated when it is asked for.
            if ((selector.Range is not null || selector.Offset > 0) && _recording.TryGetValue(selector.Name, out var rule))
                rule.IsStored = true;
        }
    }

    public IReadOnlyList<AlertingRule> Alerting => _alerting;

    public IReadOnlyCollection<RecordingRule> Recording => _recording.Values;

    /// <summary>Recording rules that cannot be evaluated here, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Refused => _refused;

    public RecordingRule? Find(string name) => _recording.GetValueOrDefault(name);

    /// <summary>The selectors of an expression, those of the recording rules included that it refers to.</summary>
    public IReadOnlyList<Selector> SelectorsOf(Expression expression)
    {
        HashSet<string> seen = [];
        List<Selector> found = [];
        Collect(expression);
        return found;

        void Collect(Expression within)
        {
            foreach (var selector in within.All().OfType<Selector>())
            {
                if (Find(selector.Name) is not { } rule)
                    found.Add(selector);
                else if (seen.Add(selector.Name))
                    Collect(rule.Expression);
            }
        }
    }

    private void Add(RuleGroup group)
    {
        var interval = group.Interval is { } text ? Duration(text) : Evaluation.UsualStep;
        foreach (var rule in group.Rules)
        {
            var (expression, refusal) = Parse(rule.Expr);
            if (rule.Alert is { } alert)
                _alerting.Add(new(alert, expression, refusal, rule.For is { } wait ? Duration(wait) : 0, rule.Labels, rule.Annotations));
            else if (rule.Record is { } record && expression is not null)
                _recording[record] = new(record, expression, rule.Labels, interval);
            else if (rule.Record is { } refused)
                _refused[refused] = refusal!;
        }
    }

    private static (Expression?, string?) Parse(string text)
    {
        try
        {
            var expression = Parser.Parse(text);
            return expression.Type is ValueKind.Scalar or ValueKind.Vector ? (expression, null) : (null, "the expression is no instant vector");
        }
        catch (PromQlException e)
        {
            return (null, e.Message);
        }
    }

    private static long Duration(string text) => PromQlDuration.Parse(text) ?? throw new FormatException($"A rule has the duration {text}, which is none.");
}
