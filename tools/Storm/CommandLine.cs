using System.CommandLine;
using ECommerce.Hosting;
using ECommerce.Topologies;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Storm;

/// <summary>Parses the options, runs the storm and returns the exit code.</summary>
internal static class CommandLine
{
    /// <summary>The storm failed before the audit.</summary>
    public const int NotAudited = 2;

    /// <summary>Everything is as promised.</summary>
    public const int Clean = 0;

    /// <summary>A promise was not kept.</summary>
    public const int Violated = 1;

    private static readonly Option<string> Topology = new("--topology")
    {
        Description = $"How the shop runs: {string.Join(", ", StormTopology.All.Select(topology => topology.Name))}.",
        HelpName = "name",
        DefaultValueFactory = _ => StormTopology.Default,
    };

    private static readonly Option<int?> Hosts = Options.Whole(
        "--hosts", 1, 20, "Equal hosts: 3 in replicas; of each module in services, where one is usual and two in an upgrade.");

    private static readonly Option<int> Seed = Options.Whole("--seed", 1, 0, int.MaxValue, "Makes customers and troubles repeat.");
    private static readonly Option<double> Minutes = Options.Number("--minutes", 5, 0.01, 1440, "How long troubles come; each comes at least once.");
    private static readonly Option<double> Rate = Options.Number("--rate", 10, 0.01, 1000, "Journeys that arrive in a second; each is some four requests.");
    private static readonly Option<double> Pause = Options.Number("--pause", 3, 0, 600, "The mean of the pauses between a recovery and the next trouble, in seconds.");

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these troubles, of {string.Join("; ", StormTopology.All.Select(topology => $"{topology.Name}: {string.Join(", ", topology.Kinds)}"))}.",
        HelpName = "name",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<DirectoryInfo?> Upgrade = new("--upgrade")
    {
        Description = "The only trouble is that hosts are replaced by those of another build, and back. The build's folder, with ECommerce.Host.dll.",
        HelpName = "folder",
    };

    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there, as JSON.", HelpName = "file" };
    private static readonly Option<DirectoryInfo?> Keep = new("--keep") { Description = "Keep the journal and what the programs wrote in this folder.", HelpName = "folder" };

    /// <returns>The audit's exit code, or <see cref="NotAudited"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Lets trouble come over a shop of its own while customers shop in it, and has everything audited afterwards.
            Exits with 0 when all is as promised, 1 when it is not, 2 when it came to no audit, 130 after Ctrl-C.
            """)
        {
            Topology, Seed, Minutes, Rate, Pause, Hosts, Only, Upgrade, ReportFile, Keep,
        };
        root.SetAction((asked, _) => GoAsync(
            new(StormTopology.Find(asked.GetValue(Topology))!, asked.GetValue(Seed), TimeSpan.FromMinutes(asked.GetValue(Minutes)), asked.GetValue(Rate),
                TimeSpan.FromSeconds(asked.GetValue(Pause)),
                asked.GetValue(Hosts), ProgramIn(asked.GetValue(Upgrade)), asked.GetValue(Only) ?? [], asked.GetValue(ReportFile), asked.GetValue(Keep)),
            console, error, closing));
        return await root.InvokeAsync(args, WrongTogether, NotAudited, output, error);
    }

    /// <summary>The errors that the parser of a single option cannot find.</summary>
    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        if (StormTopology.Find(parsed.GetValue(Topology)) is not { } topology)
        {
            yield return $"--topology: there is no topology '{parsed.GetValue(Topology)}'. There are {string.Join(", ", StormTopology.All.Select(known => known.Name))}.";
            yield break;
        }

        foreach (var name in (parsed.GetValue(Only) ?? []).Where(name => !topology.Kinds.Contains(name)))
            yield return $"--only: there is no trouble '{name}'.";
        if (parsed.GetValue(Upgrade) is { } build)
        {
            if (topology.Name == StormTopology.Default)
                yield return $"--upgrade: a {topology.Name} has no second host.";
            else if (!ProgramIn(build)!.Exists)
                yield return $"--upgrade: there is no ECommerce.Host.dll in '{build}'.";
        }

        if (parsed.GetValue(ReportFile) is { Directory.Exists: false } file)
            yield return $"--report: there is no folder '{file.DirectoryName}'.";
        if (parsed.GetValue(Keep) is { Parent.Exists: false } folder)
            yield return $"--keep: there is no folder '{folder.Parent?.FullName}'.";
    }

    private static FileInfo? ProgramIn(DirectoryInfo? build) => build is null ? null : new(Path.Combine(build.FullName, "ECommerce.Host.dll"));

    private static async Task<int> GoAsync(Settings settings, IAnsiConsole console, TextWriter error, CancellationToken closing)
    {
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 160;
        try
        {
            var report = await Storm.RunAsync(settings, console, closing);
            report.Write(console);
            if (settings.Report is { } file)
                await report.WriteAsync(file);
            return report.ExitCode;
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted. Nothing was audited.");
            return Invocation.Interrupted;
        }
        catch (Exception e) when (e is StormException or StartupException or TopologyException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return NotAudited;
        }
    }
}

/// <summary>Thrown when the storm itself failed, which says nothing about the shop.</summary>
internal sealed class StormException(string message) : Exception(message);
