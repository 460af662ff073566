using System.Globalization;
using System.Text.RegularExpressions;
using Observability.Console.PromQl;

namespace Observability.Console.Alerting;

/// <summary>
/// The error budgets that recording rules describe, by their names: <c>slo:availability:objective</c>,
/// <c>module:slo_availability_errors:ratio_rate1h</c> and <c>module:slo_availability:error_budget_remaining_ratio</c>.
/// </summary>
internal static partial class Budgets
{
    /// <summary>Selects the series of budgets in Prometheus.</summary>
    public const string Selector = "{__name__=~\"slo:[a-z]+:objective|[a-z_]+:slo_[a-z]+_errors:ratio_rate(5m|1h|6h)|[a-z_]+:slo_[a-z]+:error_budget_remaining_ratio\"}";

    private static readonly string[] Windows = ["5m", "1h", "6h"];

    public static bool IsWanted(string rule) => Name().IsMatch(rule);

    public static IReadOnlyList<SloBudget> Of(IEnumerable<Sample> samples)
    {
        var all = samples.Select(sample => (Match: Name().Match(sample.Labels[LabelSet.Name]), sample.Value, Of: WhatOf(sample.Labels))).Where(one => one.Match.Success).ToArray();
        var objectives = all.Where(one => one.Match.Groups["objective"].Success)
            .GroupBy(one => one.Match.Groups["slo"].Value).ToDictionary(group => group.Key, group => group.First().Value);
        return
        [
            .. from one in all
               where !one.Match.Groups["objective"].Success && objectives.ContainsKey(one.Match.Groups["slo"].Value)
               group one by (Slo: one.Match.Groups["slo"].Value, one.Of) into budget
               orderby budget.Key.Slo, budget.Key.Of
               let objective = objectives[budget.Key.Slo]
               let left = budget.Where(one => one.Match.Groups["left"].Success).Select(one => (double?)one.Value).FirstOrDefault()
               select new SloBudget(budget.Key.Slo, budget.Key.Of, objective, left is { } number && double.IsFinite(number) ? number : null,
               [
                   .. from window in Windows
                      from one in budget
                      where one.Match.Groups["window"].Value == window && double.IsFinite(one.Value)
                      select new Burn(window, one.Value / (1 - objective)),
               ]),
        ];
    }

    private static string WhatOf(LabelSet labels) => string.Join(", ", labels.Pairs.Where(label => label.Key is not (LabelSet.Name or "slo")).Select(label => label.Value));

    /// <summary>A number of the budget as text: a share in percent.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    [GeneratedRegex("^(?:slo:(?<slo>[a-z]+):(?<objective>objective)|[a-z_]+:slo_(?<slo>[a-z]+)(?:_errors:ratio_rate(?<window>5m|1h|6h)|:(?<left>error_budget_remaining_ratio)))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
