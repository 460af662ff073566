using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ECommerce.Storm;

/// <summary>The report of a storm and its audit. As JSON it has these members, in camelCase.</summary>
internal sealed record Report(
    int Seed, TimeSpan For, double Rate, DateTimeOffset StartedAt, double Seconds, IReadOnlyList<DisruptionOutcome> Troubles, Audited Audit)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public IReadOnlyList<Kind> Kinds =>
    [
        .. from trouble in Troubles
           group trouble by trouble.Kind into kind
           orderby kind.Key
           select new Kind(kind.Key, kind.Count(), Recovery.Of(kind, trouble => trouble.Serves), Recovery.Of(kind, trouble => trouble.CaughtUp)),
    ];

    public Task WriteAsync(FileInfo file) => File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(this, Json));

    public void Write(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("trouble");
        foreach (var column in (string[])["times", "serves again s, median", "worst", "caught up s, median", "worst"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var kind in Kinds)
            table.AddRow(kind.Name, Text($"{kind.Times}"), Cell(kind.ServesAgain.Median), Cell(kind.ServesAgain.Worst), Cell(kind.CaughtUp.Median), Cell(kind.CaughtUp.Worst));
        console.Write(table);
        foreach (var line in Audit.Said)
            console.WriteLine(line);
        console.WriteLine(Text($"Again: --seed {Seed} --minutes {For.TotalMinutes:0.##} --rate {Rate}"));
    }

    private static string Cell(double? seconds) => seconds is { } known ? Text($"{known:0.0}") : "never";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <param name="ExitCode">0 when all guarantees hold, 1 when one does not, 2 when the audit failed.</param>
/// <param name="Said">A line for each violation, and the totals.</param>
internal sealed record Audited(int ExitCode, IReadOnlyList<string> Said);

/// <param name="ServesAgain">Until the host was ready and an order was acknowledged.</param>
/// <param name="CaughtUp">Until, besides, every event from before the end of the trouble was delivered.</param>
internal sealed record Kind(string Name, int Times, Recovery ServesAgain, Recovery CaughtUp);

/// <summary>Recovery times in seconds from the end of a disruption; null when there was no recovery.</summary>
internal sealed record Recovery(double? Median, double? Worst)
{
    public static Recovery Of(IEnumerable<DisruptionOutcome> troubles, Func<DisruptionOutcome, DateTimeOffset?> when)
    {
        double[] seconds = [.. troubles.Select(trouble => (when(trouble) - trouble.Ended)?.TotalSeconds ?? double.PositiveInfinity).Order()];
        return new(Finite(seconds[(seconds.Length - 1) / 2]), Finite(seconds[^1]));
    }

    private static double? Finite(double seconds) => double.IsFinite(seconds) ? seconds : null;
}
