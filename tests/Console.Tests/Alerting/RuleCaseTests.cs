using Microsoft.Extensions.Options;
using Observability.Console.Alerting;
using Observability.Console.PromQl;
using Observability.Console.Sampling;
using Observability.Console.Settings;
using Observability.Console.Tests.PromQl;

namespace Observability.Console.Tests.Alerting;

/// <summary>The console's rounds fire the repository's alerts in the same cases as promtool, which checks the same files in tests of deploy.</summary>
public sealed class RuleCaseTests
{
    private const long Start = 1_700_000_400_000;

    public static TheoryData<string> Files() => [.. RuleCases.All().Select(file => file.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_cases_of_promtool_hold(string file)
    {
        var content = RuleCases.All().Single(one => one.File == file).Content;
        content.Tests.ShouldNotBeEmpty();
        foreach (var test in content.Tests)
            Check(content, test);
    }

    private static void Check(RuleCases.File file, RuleCases.Case test)
    {
        var settings = RuleCases.Settings(file.RuleFiles);
        var rules = new RuleSet(settings);
        var source = new RuleSource(new CaseStore(test, rules), rules, settings);
        var rounds = new RuleRounds(rules, source, settings, Options.Create(new ConsoleOptions()));
        var (time, interval) = (Start - Milliseconds(file.EvaluationInterval), Milliseconds(file.EvaluationInterval));
        foreach (var at in test.AlertRuleTest.Select(look => look.EvalTime).Concat(test.PromqlExprTest.Select(look => look.EvalTime)).Distinct().OrderBy(Milliseconds))
        {
            while (time + interval <= Start + Milliseconds(at))
                rounds.Run(time += interval, default);
            foreach (var look in test.AlertRuleTest.Where(look => look.EvalTime == at))
                AlertsOf(rounds, look.Alertname).ShouldBe(look.ExpAlerts.Select(alert => Line(alert.ExpLabels, alert.ExpAnnotations)).Order(StringComparer.Ordinal).ToArray(), $"{test.Name}: {look.Alertname} at {at}");
            foreach (var look in test.PromqlExprTest.Where(look => look.EvalTime == at))
                ValuesOf(source, look.Expr, Start + Milliseconds(at)).ShouldBe(look.ExpSamples.Select(LineOf).Order(StringComparer.Ordinal).ToArray(), $"{test.Name}: {look.Expr} at {at}");
        }
    }

    private static string[] AlertsOf(RuleRounds rounds, string name) =>
    [
        .. rounds.Alerts.Where(alert => alert.Name == name && alert.State == AlertState.Firing)
            .Select(alert => Line(alert.Labels, [new("summary", alert.Summary), new("description", alert.Description)])).Order(StringComparer.Ordinal),
    ];

    private static string[] ValuesOf(RuleSource source, string expression, long time) =>
    [
        .. ((List<Sample>)new Evaluation(source, new(), default).At(Parser.Parse(expression), time)).Select(sample => $"{sample.Labels} {sample.Value:G6}").Order(StringComparer.Ordinal),
    ];

    private static string LineOf(RuleCases.ExpectedSample sample)
    {
        var selector = sample.Labels == "{}" ? null : (Selector)Parser.Parse(sample.Labels.StartsWith('{') ? $"no_name{sample.Labels}" : sample.Labels);
        var labels = LabelSet.Of(selector is null ? [] :
            [.. selector.Matchers.Select(matcher => KeyValuePair.Create(matcher.Label, matcher.Value)), new(LabelSet.Name, selector.Name == "no_name" ? "" : selector.Name)]);
        return $"{labels} {sample.Value:G6}";
    }

    private static string Line(IEnumerable<KeyValuePair<string, string>> labels, IEnumerable<KeyValuePair<string, string>> annotations) =>
        $"{LabelSet.Of(labels)} {string.Join(" ", annotations.Where(text => text.Key is "summary" or "description").OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => text.Value))}";

    private static long Milliseconds(string duration) => PromQlDuration.Parse(duration) ?? throw new FormatException(duration);

    /// <summary>The series of a case. Families are those that any rule names: what a rule needs is there, if without series.</summary>
    private sealed class CaseStore : IMetricStore
    {
        private readonly MemorySource _source = new();

        public CaseStore(RuleCases.Case test, RuleSet rules)
        {
            foreach (var series in test.InputSeries)
            {
                var selector = (Selector)Parser.Parse(series.Series);
                _source.Add(selector.Name, [.. selector.Matchers.Select(matcher => (matcher.Label, matcher.Value))], Samples(series.Values, Milliseconds(test.Interval)));
            }
            Families = [.. rules.Alerting.Where(rule => rule.Expression is not null).SelectMany(rule => rules.SelectorsOf(rule.Expression!))
                .Concat(rules.Recording.SelectMany(rule => rules.SelectorsOf(rule.Expression))).Select(selector => new MetricFamilyInfo(selector.Name, "unknown", ""))];
        }

        public IReadOnlyList<MetricFamilyInfo> Families { get; }

        public long LastSample => Start;

        public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions) => _source.Select(name, conditions);

        private static IEnumerable<(long Time, double Value)> Samples(string values, long interval) =>
            RuleCases.Values(values).Select((value, i) => (Start + (i * interval), value))
                .Where(sample => sample.value is not null).Select(sample => (sample.Item1, sample.value!.Value));
    }
}
