using System.CommandLine;
using System.Globalization;
using ECommerce.Hosting;
using ECommerce.Incidents.Operating;
using ECommerce.Incidents.Planning;
using ECommerce.Incidents.Players;
using ECommerce.Incidents.Running;
using ECommerce.Traffic;
using Plan = ECommerce.Incidents.Planning.Plan;

namespace ECommerce.Incidents;

/// <summary>Parses the options, runs incidents or an operator's command, and returns the exit code.</summary>
internal static class CommandLine
{
    /// <summary>The incident could not be run.</summary>
    public const int NotRun = 2;

    private const string Act = "act";

    private static readonly Option<int> Seed = Options.Whole("--seed", 1, 1, 1_000_000, "Decides everything about the incident.");
    private static readonly Option<int> Level = Options.Whole("--level", 1, 1, Plan.Levels, "1 is easy, 3 is small and has decoys.");

    private static readonly Option<string> PaceName = new("--pace")
    {
        Description = "How long it takes: usual, or short for tests and tables.",
        HelpName = "name",
        DefaultValueFactory = _ => Pace.Usual.Name,
    };

    private static readonly Option<string?> Play = new("--play") { Description = "Who plays: reference, which follows the runbooks by rules. You, when left out.", HelpName = "player" };
    private static readonly Option<string?> Seeds = new("--seeds") { Description = "Runs several incidents one after another, with --play, and writes a table: 1-50.", HelpName = "from-to" };
    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there: .json, or Markdown.", HelpName = "file" };

    private static readonly Option<DirectoryInfo> Folder = new("--folder")
    {
        Description = "The folder of the answer file and of the socket for act.",
        HelpName = "folder",
        DefaultValueFactory = _ => new(Path.Combine(".data", "incident")),
    };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken closing)
    {
        if (args is [Act, .. var words])
            return await ActAsync(words, output, error, closing);
        var root = new RootCommand($"""
            Runs a shop with customers in which something may go wrong. Find out what, cure it, and answer; then it is scored.
            In another terminal, while it runs:
            {OperatorDesk.Usage}
            Exits with 0 when there is a score, 2 when there is none, 130 after Ctrl-C.
            """)
        {
            Seed, Level, PaceName, Play, Seeds, ReportFile, Folder,
        };
        root.SetAction((asked, _) => GoAsync(asked, output, error, closing));
        return await root.InvokeAsync(args, WrongTogether, NotRun, output, error);
    }

    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        if (PaceOf(parsed) is null)
            yield return $"--pace: must be one of {string.Join(", ", Pace.All.Select(pace => pace.Name))}.";
        if (parsed.GetValue(Play) is not (null or Reference.Name))
            yield return $"--play: must be {Reference.Name}.";
        if (parsed.GetValue(Seeds) is { } seeds && RangeOf(seeds) is null)
            yield return "--seeds: must be two numbers from 1 to 1000000 such as 1-50.";
        if (parsed.GetValue(Seeds) is not null && parsed.GetValue(Play) is null)
            yield return "--seeds: needs --play.";
        if (parsed.GetValue(ReportFile) is { Directory.Exists: false } file)
            yield return $"--report: there is no folder '{file.DirectoryName}'.";
    }

    private static async Task<int> ActAsync(string[] words, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var folder = new DirectoryInfo(Path.Combine(".data", "incident"));
        if (words is ["--folder", var named, .. var others])
            (folder, words) = (new(named), others);
        if (await OperatorSocket.AskAsync(folder, words, closing) is not { } answer)
        {
            await error.WriteLineAsync($"No incident runs in {folder}.");
            return NotRun;
        }

        await output.WriteLineAsync(answer);
        return 0;
    }

    private static async Task<int> GoAsync(ParseResult asked, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var (pace, level, folder) = (PaceOf(asked)!, asked.GetValue(Level), asked.GetRequiredValue(Folder));
        try
        {
            folder.Create();
            if (RangeOf(asked.GetValue(Seeds)) is { } seeds)
                return await SeveralAsync(seeds, level, pace, folder, asked.GetValue(ReportFile), output, closing);
            await output.WriteLineAsync("A shop opens, with a database and customers of its own. Ctrl-C ends everything.");
            await using var briefing = new Briefing(output, folder);
            var plan = Plan.From(asked.GetValue(Seed), level);
            var report = asked.GetValue(Play) is null
                ? await Incident.RunAsync(plan, pace, new Person(new(Path.Combine(folder.FullName, "answer.yml")), output), briefing.OpenedAsync, folder, closing)
                : await Incident.RunAsync(plan, pace, new Reference(), _ => Task.CompletedTask, folder, closing);
            await output.WriteLineAsync(report.AsMarkdown());
            if (asked.GetValue(ReportFile) is { } file)
                await File.WriteAllTextAsync(file.FullName, file.Extension == ".json" ? report.AsJson() : report.AsMarkdown(), CancellationToken.None);
            return 0;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return Invocation.Interrupted;
        }
        catch (Exception e) when (e is IncidentException or StartupException)
        {
            await error.WriteLineAsync(e.Message);
            return NotRun;
        }
    }

    private static async Task<int> SeveralAsync(
        (int From, int To) seeds, int level, Pace pace, DirectoryInfo folder, FileInfo? file, TextWriter output, CancellationToken closing)
    {
        var table = new ScoreTable();
        for (var seed = seeds.From; seed <= seeds.To; seed++)
        {
            var plan = Plan.From(seed, level);
            try
            {
                var report = await Incident.RunAsync(plan, pace, new Reference(), _ => Task.CompletedTask, folder, closing);
                table.Add(report);
            }
            catch (IncidentException e)
            {
                table.AddFailed(plan, e.Message);
            }

            await output.WriteLineAsync(table.Last);
            if (file is not null) // after each, so that an end by Ctrl-C leaves what there is
                await File.WriteAllTextAsync(file.FullName, table.AsMarkdown(), CancellationToken.None);
        }

        await output.WriteLineAsync(table.AsMarkdown());
        return 0;
    }

    private static Pace? PaceOf(ParseResult parsed) => Pace.All.FirstOrDefault(pace => pace.Name == parsed.GetValue(PaceName));

    private static (int From, int To)? RangeOf(string? text) =>
        text?.Split('-') is [var from, var to]
        && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        && first >= 1 && last >= first && last <= 1_000_000
            ? (first, last)
            : null;
}
