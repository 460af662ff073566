using System.Globalization;
using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Planning;

namespace ECommerce.Incidents;

/// <summary>The scores of a player over many seeds, and per mechanism.</summary>
internal sealed class ScoreTable
{
    private readonly List<(Plan Plan, Score Score, string Answer)> _rows = [];
    private readonly List<string> _failed = [];

    /// <summary>The last row.</summary>
    public string Last { get; private set; } = "";

    public void Add(Report report)
    {
        var answer = report.Answer switch
        {
            null => "no answer",
            { IsWrong: false } => "nothing",
            var said => string.Join(" + ", said.Causes.Select(cause => $"{cause.What} at {cause.Where}")),
        };
        _rows.Add((report.Plan, report.Score, answer));
        Last = Row(_rows[^1]);
    }

    public void AddFailed(Plan plan, string why)
    {
        Last = $"| {plan.Seed} | {TruthOf(plan)} | failed: {why.Split('\n')[0]} | | | | | | | |";
        _failed.Add(Last);
    }

    public string AsMarkdown() => string.Join('\n',
    [
        "| Seed | Truth | Answer | Detection | Place | Mechanism | Onset | Scope | Mitigation | Total |",
        "|---|---|---|---|---|---|---|---|---|---|",
        .. _rows.Select(Row),
        .. _failed,
        "",
        "| Mechanism | Incidents | Mean |",
        "|---|---|---|",
        .. from row in _rows
           from mechanism in row.Plan.IsWrong ? row.Plan.Causes.Select(cause => cause.Mechanism) : [Mechanisms.None]
           group row.Score.Total by mechanism into scores
           orderby scores.Key
           select Text($"| {scores.Key} | {scores.Count()} | {scores.Average():0.0} |"),
        Text($"| all | {_rows.Count} | {(_rows.Count == 0 ? 0 : _rows.Average(row => row.Score.Total)):0.0} |"),
        "",
    ]);

    private static string Row((Plan Plan, Score Score, string Answer) row) => Text(
        $"| {row.Plan.Seed} | {TruthOf(row.Plan)} | {row.Answer} | {row.Score.Detection:0.#} | {row.Score.Place:0.#} | {row.Score.Mechanism:0.#} | {row.Score.Onset:0.#} | {row.Score.Scope:0.#} | {row.Score.Mitigation:0.#} | {row.Score.Total:0.#} |");

    private static string TruthOf(Plan plan) => plan.IsWrong ? string.Join(" + ", plan.Causes.Select(cause => $"{cause.Mechanism} at {cause.Place}")) : "nothing";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
