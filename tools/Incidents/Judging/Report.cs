using System.Globalization;
using System.Text.Json;
using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Planning;

namespace ECommerce.Incidents.Judging;

/// <summary>What was true, what was answered and what it is worth. It is a file, as JSON or as Markdown.</summary>
/// <param name="Broken">The objectives that were not met at the end.</param>
internal sealed record Report(
    Plan Plan, string Pace, Answer? Answer, Observations Seen, IReadOnlyList<string> Broken, Score Score, IReadOnlyList<Finding> Findings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Report Of(Plan plan, Pace pace, Answer? answer, Observations seen, IReadOnlyList<string> broken) =>
        new(plan, pace.Name, answer, seen, broken, Scoring.Score(plan, answer, seen, pace), [.. plan.Causes.Select(Finding.Of)]);

    public string AsJson() => JsonSerializer.Serialize(this, Json);

    public string AsMarkdown() => string.Join('\n',
    [
        Text($"# Incident {Plan.Seed}, level {Plan.Level}"),
        "",
        Text($"**{Score.Total:0.#} of 100 points.**"),
        "",
        "| Part | Points | Of |",
        "|---|---|---|",
        Text($"| Detection | {Score.Detection:0.#} | {Scoring.MostForDetection} |"),
        Text($"| Place | {Score.Place:0.#} | {Scoring.MostForPlace} |"),
        Text($"| Mechanism | {Score.Mechanism:0.#} | {Scoring.MostForMechanism} |"),
        Text($"| Onset | {Score.Onset:0.#} | {Scoring.MostForOnset} |"),
        Text($"| Scope | {Score.Scope:0.#} | {Scoring.MostForScope} |"),
        Text($"| Mitigation | {Score.Mitigation:0.#} | {Scoring.MostForMitigation} |"),
        "",
        "## The truth",
        "",
        .. Plan.IsWrong ? [Text($"It began at {Seen.Began:HH:mm:ss} UTC."), ""] : new[] { "Nothing was wrong.", "" },
        .. Findings.SelectMany(Told),
        .. Plan.Decoys.Count == 0 ? [] : new[] { $"Decoys: {string.Join(", ", Plan.Decoys.Select(decoy => decoy.Kind))}.", "" },
        "## The answer",
        "",
        .. Answered(),
        "",
        Text($"Done: {(Seen.Actions.Count == 0 ? "nothing" : string.Join("; ", Seen.Actions))}."),
        Broken.Count == 0 ? "The objectives were met at the end." : $"At the end the objectives were not met: {string.Join("; ", Broken)}.",
        Seen.FiringAlerts.Count == 0 ? "No alert fired at the end." : $"These alerts fired at the end: {string.Join(", ", Seen.FiringAlerts)}.",
        Text($"The audit found {Seen.AuditFindings.Count} faults; {Seen.OrdersLost} acknowledged orders are gone."),
        .. Seen.AuditFindings.Take(10).Select(finding => $"- {finding}"),
        "",
    ]);

    private IEnumerable<string> Answered()
    {
        if (Answer is null)
            return ["There was none."];
        if (!Answer.IsWrong)
            return ["Nothing is wrong."];
        return [Text($"Something is wrong since {Answer.Since:HH:mm:ss}."), .. Answer.Causes.Select(cause => $"- {cause.What} at {cause.Where}; hit: {cause.Who} {cause.Target}".TrimEnd())];
    }

    private static IEnumerable<string> Told(Finding finding) =>
    [
        Text($"**{finding.Cause.Mechanism}** at `{finding.Cause.Place}`; hit: {finding.Cause.Scope} {finding.Cause.Target}; size {finding.Cause.Size:0.00}. {Mechanisms.Meanings[finding.Cause.Mechanism]}"),
        "",
        "It was to be seen in:",
        "",
        .. finding.Signals.Select(signal => $"- {signal.Kind} `{signal.Name}`: {signal.Reading}"),
        "",
        "The shortest path:",
        "",
        .. finding.Path.Select((step, index) => Text($"{index + 1}. {step}")),
        "",
        "What cures it:",
        "",
        .. finding.Cures.Select(cure => $"- {cure}"),
        "",
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A cause with what there is to say about it.</summary>
internal sealed record Finding(CausePlan Cause, IReadOnlyList<Signal> Signals, IReadOnlyList<string> Path, IReadOnlyList<string> Cures)
{
    public static Finding Of(CausePlan plan)
    {
        var cause = CauseList.Of(plan.Mechanism);
        return new(plan, cause.Signals(plan), cause.Path(plan), cause.Cures(plan));
    }
}
