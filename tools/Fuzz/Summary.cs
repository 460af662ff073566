using System.Globalization;
using Observability.Text;
using Spectre.Console;

namespace ECommerce.Fuzz;

/// <summary>The report, for eyes.</summary>
internal static class Summary
{
    public static void Write(Report report, IAnsiConsole console)
    {
        var figures = report.Figures;
        console.WriteLine();
        console.Write(Answers(figures));
        console.WriteLine("A cell: taken (2xx, 3xx) / refused (4xx), and after ! what broke (5xx) or was not answered.");
        console.WriteLine();
        console.WriteLine("Refusals by code:");
        foreach (var code in figures.Refusals.GroupBy(refusal => refusal.Code).OrderByDescending(code => code.Sum(refusal => refusal.Count)))
            Say(console, $"  {code.Sum(refusal => refusal.Count),7} {VisibleText.Of(code.Key)} ({code.Count()} operations)");
        Say(console, $"Answered by the server alone, or hung up: {figures.WithoutTheShop.Values.Sum()}.");
        foreach (var (bent, count) in figures.WithoutTheShop.OrderByDescending(pair => pair.Value).Take(12))
            Say(console, $"  {count,7} {bent}");
        if (report.NeverTaken.Count > 0)
            console.WriteLine($"Never taken: {string.Join(", ", report.NeverTaken)}.");
        if (report.NeverRefused.Count > 0)
            console.WriteLine($"Never refused: {string.Join(", ", report.NeverRefused)}.");
        if (report.Host is { } host)
            Say(console, $"The host: {host.MemoryMegabytesBefore:0} MB before and {host.MemoryMegabytesAfter:0} MB after, {host.ThreadsBefore} and {host.ThreadsAfter} threads; {report.LogLines} log lines read.");
        Say(console, $"{figures.Requests} requests in {report.Seconds:0.0} s, the slowest took {figures.SlowestMilliseconds:0} ms.");

        foreach (var defect in report.Defects.Take(5))
            console.WriteLine($"The host wrote: {VisibleText.Of(defect, 4000)}");
        foreach (var kind in figures.Findings)
        {
            var first = kind.Examples[0];
            console.WriteLine();
            console.WriteLine($"FINDING {first.Rule}: {first.Operation}: {VisibleText.Of(first.What)} ({kind.Count} times)");
            foreach (var example in kind.Examples.Where(example => example.Number > 0))
            {
                console.WriteLine($"  --seed {example.Seed} --only {example.Number}, {example.Bent}");
                console.WriteLine($"    {example.Request}");
                console.WriteLine($"    {example.Answer.Replace("\n", "\n    ", StringComparison.Ordinal)}");
            }
        }

        console.WriteLine();
        Say(console, $"{figures.Findings.Sum(kind => kind.Count)} findings of {figures.Findings.Count} kinds. Again: --seed {report.Seed}");
    }

    private static Table Answers(Figures figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("operation");
        string[] classes = [.. figures.Answers.Select(answer => answer.Class).Distinct()];
        foreach (var kind in classes)
            table.AddColumn(new TableColumn(kind).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("all").RightAligned().NoWrap());
        foreach (var operation in figures.Answers.GroupBy(answer => answer.Operation))
            table.AddRow([operation.Key, .. classes.Select(kind => Cell(operation.Where(answer => answer.Class == kind))), Cell(operation)]);
        table.AddRow(["all", .. classes.Select(kind => Cell(figures.Answers.Where(answer => answer.Class == kind))), Cell(figures.Answers)]);
        return table;
    }

    private static string Cell(IEnumerable<AnswerCount> answers)
    {
        int Of(int from, int to) => answers.Where(answer => answer.Status >= from && answer.Status < to).Sum(answer => answer.Count);
        var broken = Of(500, 600) + Of(0, 1);
        return string.Create(CultureInfo.InvariantCulture, $"{Of(200, 400)}/{Of(400, 500)}{(broken > 0 ? $"!{broken}" : "")}");
    }

    private static void Say(IAnsiConsole console, FormattableString sentence) => console.WriteLine(sentence.ToString(CultureInfo.InvariantCulture));
}
