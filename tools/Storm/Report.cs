using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ECommerce.Storm;

/// <summary>The report of a storm and its audit. As JSON it has these members, in camelCase.</summary>
/// <param name="Topology">How the shop ran.</param>
/// <param name="FailedBetween">Requests that failed while there was no trouble.</param>
/// <param name="Broken">A sentence for each promise of the storm itself that was not kept, besides those of the audit.</param>
internal sealed record Report(
    string Topology, int Seed, TimeSpan For, double Rate, DateTimeOffset StartedAt, double Seconds, IReadOnlyList<Trouble> Troubles, int FailedBetween,
    IReadOnlyList<string> Broken, Audited Audit)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The audit's exit code, or that of a violation where the storm itself has found one.</summary>
    public int ExitCode => Audit.ExitCode == CommandLine.Clean && Broken.Count > 0 ? CommandLine.Violated : Audit.ExitCode;

    public IReadOnlyList<Kind> Kinds =>
    [
        .. from trouble in Troubles
           group trouble by trouble.Kind into kind
           orderby kind.Key
           select new Kind(
               kind.Key, kind.Count(), Recovery.Of(kind, trouble => trouble.Serves), Recovery.Of(kind, trouble => trouble.CaughtUp),
               kind.Sum(trouble => trouble.Failed)),
    ];

    public static Report Of(Settings settings, DateTimeOffset startedAt, IReadOnlyList<DisruptionOutcome> happened, FailedRequests failed, Audited audit)
    {
        Trouble[] troubles =
        [
            .. happened.Zip(failed.During, (trouble, count) => new Trouble(
                trouble.Kind, trouble.Detail, trouble.IsSeamless, trouble.Began, trouble.Ended, trouble.Serves, trouble.CaughtUp, count)),
        ];
        string[] broken =
        [
            .. troubles.Where(trouble => trouble.IsSeamless && trouble.Failed > 0)
                .Select(trouble => Text($"{trouble.Failed} requests failed because of {trouble.Kind} of {trouble.Began:HH:mm:ss}, which none may feel")),
            .. settings.Upgrade is not null && failed.Between > 0 ? [Text($"{failed.Between} requests failed while two builds served beside each other")] : Array.Empty<string>(),
        ];
        return new(settings.Topology.Name, settings.Seed, settings.For, settings.Rate, startedAt, (TimeProvider.System.GetUtcNow() - startedAt).TotalSeconds,
            troubles, failed.Between, broken, audit);
    }

    public Task WriteAsync(FileInfo file) => File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(this, Json));

    public void Write(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("trouble");
        foreach (var column in (string[])["times", "serves again s, median", "worst", "caught up s, median", "worst", "failed requests"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var kind in Kinds)
        {
            table.AddRow(
                kind.Name, Text($"{kind.Times}"), Cell(kind.ServesAgain.Median), Cell(kind.ServesAgain.Worst), Cell(kind.CaughtUp.Median),
                Cell(kind.CaughtUp.Worst), Text($"{kind.Failed}"));
        }

        console.Write(table);
        console.WriteLine(Text($"{FailedBetween} requests failed between the troubles."));
        foreach (var line in Broken)
            console.WriteLine(line);
        foreach (var line in Audit.Said)
            console.WriteLine(line);
        console.WriteLine(Text($"Again: --topology {Topology} --seed {Seed} --minutes {For.TotalMinutes:0.##} --rate {Rate}"));
    }

    private static string Cell(double? seconds) => seconds is { } known ? Text($"{known:0.0}") : "never";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <param name="ExitCode">0 when all guarantees hold, 1 when one does not, 2 when the audit failed.</param>
/// <param name="Said">A line for each violation, and the totals.</param>
internal sealed record Audited(int ExitCode, IReadOnlyList<string> Said);

/// <param name="ServesAgain">Until the host was ready and an order was acknowledged.</param>
/// <param name="CaughtUp">Until, besides, every event from before the end of the trouble was delivered.</param>
/// <param name="Failed">The requests that failed from the begin of a trouble until the shop had caught up.</param>
internal sealed record Kind(string Name, int Times, Recovery ServesAgain, Recovery CaughtUp, int Failed);

/// <summary>A disruption, its recovery, and the number of requests that failed because of it.</summary>
internal sealed record Trouble(
    string Kind, string? Detail, bool IsSeamless, DateTimeOffset Began, DateTimeOffset Ended, DateTimeOffset? Serves, DateTimeOffset? CaughtUp, int Failed);

/// <summary>Recovery times in seconds from the end of a disruption; null when there was no recovery.</summary>
internal sealed record Recovery(double? Median, double? Worst)
{
    public static Recovery Of(IEnumerable<Trouble> troubles, Func<Trouble, DateTimeOffset?> when)
    {
        double[] seconds = [.. troubles.Select(trouble => (when(trouble) - trouble.Ended)?.TotalSeconds ?? double.PositiveInfinity).Order()];
        return new(Finite(seconds[(seconds.Length - 1) / 2]), Finite(seconds[^1]));
    }

    private static double? Finite(double seconds) => double.IsFinite(seconds) ? seconds : null;
}
