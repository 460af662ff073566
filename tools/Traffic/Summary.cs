using System.Globalization;
using Spectre.Console;

namespace ECommerce.Traffic;

/// <summary>The report, for eyes.</summary>
internal static class Summary
{
    public static void Write(Report report, IAnsiConsole console)
    {
        console.WriteLine();
        console.Write(Operations(report));
        var journeys = report.Journeys;
        Say(console, $"{journeys.Arrived} journeys in {report.Seconds:0.0} s: {Counts(journeys.ByName)}.");
        Say(console, $"{journeys.Finished} finished, {journeys.GaveUp} gave up, {journeys.LeftEarly} left when the run ended.");
        if (journeys.TurnedAway > 0)
            Say(console, $"{journeys.TurnedAway} of them were not started, since too many were under way: the shop was not asked what it should have been, and the latencies look too good.");
        Say(console, $"{report.Requests} requests, {report.Errors} of them errors.");
        foreach (var operation in report.Operations.Where(operation => operation.Refusals.Count + operation.Errors.Count > 0))
            Say(console, $"  {operation.Name}: {Counts(operation.Refusals.Concat(operation.Errors))}");

        var business = report.Business;
        var currency = business.Currency;
        Say(console, $"{business.Placed} orders placed, {business.OrderedAmount} {currency}; {business.Paid} paid, {business.PaidAmount} {currency}; {business.Cancelled} cancelled, {business.CancelledAmount} {currency}.");
        Say(console, $"{business.Declined} payments declined, {business.Pending} left pending.");

        if (report.Slowest.Count > 0)
        {
            console.WriteLine();
            console.Write(Slowest(report.Slowest));
            Say(console, $"Look one up at the management listener: curl -H \"X-Management-Key: $KEY\" http://127.0.0.1:5081/ops/traces/{report.Slowest[0].TraceId}");
        }

        foreach (var objective in report.Objectives)
        {
            if (objective.Name == "p95")
                Say(console, $"Objective p95: {objective.Measured:0.0} ms of {objective.Limit:0.0} ms, {Verdict(objective)}.");
            else
                Say(console, $"Objective errors: {100 * objective.Measured:0.###} % of {100 * objective.Limit:0.###} %, {Verdict(objective)}.");
        }

        Say(console, $"Again: --seed {report.Seed}");
    }

    /// <summary>One row for each operation, and one for all.</summary>
    private static Table Operations(Report report)
    {
        var table = Columns("operation", "requests", "steps", "repeats", "p50 ms", "p90", "p95", "p99", "p99.9", "max");
        foreach (var operation in report.Operations)
            AddRow(table, operation.Name, operation.Requests, operation.Repeats, operation.Latency);
        AddRow(table, "all", report.Requests, report.Operations.Sum(operation => operation.Repeats), report.Latency);
        return table;
    }

    private static Table Slowest(IReadOnlyList<SlowStep> slowest)
    {
        var table = Columns("slowest", "ms", "answer", "at", "trace");
        foreach (var step in slowest)
            table.AddRow(step.Operation, Text($"{step.Milliseconds:0.0}"), Markup.Escape(step.Code ?? Text($"{step.Status}")), Text($"{step.At:HH:mm:ss.fff}"), step.TraceId);
        return table;
    }

    private static void AddRow(Table table, string name, int requests, int repeats, Latency latency) => table.AddRow(
        name, Text($"{requests}"), Text($"{latency.Steps}"), Text($"{repeats}"),
        Text($"{latency.P50:0.0}"), Text($"{latency.P90:0.0}"), Text($"{latency.P95:0.0}"), Text($"{latency.P99:0.0}"), Text($"{latency.P999:0.0}"), Text($"{latency.Max:0.0}"));

    private static Table Columns(string first, params string[] others)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (var other in others)
            table.AddColumn(new TableColumn(other).RightAligned().NoWrap());
        return table;
    }

    private static string Verdict(Objective objective) => objective.Kept ? "kept" : "broken";

    private static string Counts(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.Select(count => Text($"{count.Value} {count.Key}")));

    private static void Say(IAnsiConsole console, FormattableString sentence) => console.WriteLine(Text(sentence));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
