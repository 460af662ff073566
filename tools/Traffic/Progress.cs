using System.Globalization;
using Spectre.Console;

namespace ECommerce.Traffic;

/// <summary>What happens while it happens: a table in a terminal, a line now and then elsewhere.</summary>
internal static class Progress
{
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Until the serving is over; what it throws is thrown here.</summary>
    public static async Task ShowAsync(Run run, IAnsiConsole console, Task serving)
    {
        if (console.Profile.Out.IsTerminal)
            await console.Live(new Table()).AutoClear(true).StartAsync(live => RepeatAsync(run, serving, BetweenFrames, report => live.UpdateTarget(Frame(run, report))));
        else
            await RepeatAsync(run, serving, BetweenLines, report => console.WriteLine(Line(run, report)));
        await serving;
    }

    private static async Task RepeatAsync(Run run, Task serving, TimeSpan pause, Action<Moment> show)
    {
        var (before, passed) = (0, TimeSpan.Zero);
        while (await Task.WhenAny(serving, Task.Delay(pause)) != serving)
        {
            passed += pause;
            var figures = run.Measurements.Take();
            show(new(figures, (figures.Requests - before) / pause.TotalSeconds, passed));
            before = figures.Requests;
        }
    }

    private static string Line(Run run, Moment moment)
    {
        var (journeys, p95) = (moment.Figures.Journeys, moment.Figures.Latency.P95);
        return string.Create(CultureInfo.InvariantCulture,
            $"{moment.Passed.TotalSeconds:0} s: {journeys.Arrived} arrived, {run.Inside} inside, {journeys.TurnedAway} turned away, {moment.PerSecond:0} requests/s, p95 {p95:0.0} ms{Trouble(moment.Figures)}");
    }

    private static Rows Frame(Run run, Moment moment)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("operation").AddColumn(new TableColumn("requests").RightAligned()).AddColumn(new TableColumn("p95 ms").RightAligned()).AddColumn("refused, broken");
        foreach (var operation in moment.Figures.Operations)
        {
            table.AddRow(operation.Name, operation.Requests.ToString(CultureInfo.InvariantCulture), operation.Latency.P95.ToString("0.0", CultureInfo.InvariantCulture),
                Markup.Escape(Counts(operation.Refusals.Concat(operation.Errors))));
        }

        return new(new Text(Line(run, moment)), table);
    }

    private static string Trouble(Figures figures)
    {
        var errors = figures.Operations.SelectMany(operation => operation.Errors).GroupBy(error => error.Key, error => error.Value);
        return Counts(errors.Select(error => KeyValuePair.Create(error.Key, error.Sum()))) is { Length: > 0 } counts ? $", errors: {counts}" : "";
    }

    private static string Counts(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"));

    private sealed record Moment(Figures Figures, double PerSecond, TimeSpan Passed);
}
