using System.CommandLine;
using ECommerce.Siege.Attacks;
using ECommerce.Traffic;
using Spectre.Console;
using Xunit.Sdk;

namespace ECommerce.Siege;

/// <summary>Reads the options, runs the siege and returns the exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<int> Seed = Options.Whole("--seed", 1, 0, int.MaxValue, "Seeds the arrivals and choices of honest customers.");
    private static readonly Option<double> Seconds = Options.Number("--seconds", 8, 1, 600, "How long each attack lasts.");
    private static readonly Option<double> Rate = Options.Number("--rate", 42, 1, 500, "Visits of honest customers per second, some 1.2 requests each.");
    private static readonly Option<int> Customers = Options.Whole("--customers", 24, 2, 200, "Honest accounts, each with a source address of its own.");

    private static readonly Option<string[]> Only = new("--attack")
    {
        Description = $"Run only these attacks: {string.Join(", ", Attack.All.Select(attack => attack.Name))}, or slow for all that begin with it.",
        HelpName = "name",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<FileInfo?> Host = new("--host") { Description = "Besiege the host of another build: the path of its ECommerce.Host.dll.", HelpName = "dll" };
    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there, as JSON.", HelpName = "file" };

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Attacks a shop of its own on loopback, one attack by one client after the other, and prints what honest customers felt. docs/siege.md explains the figures.
            Exits with 0 when every goal is met, 1 when one is missed, 2 when it could not run, 130 after Ctrl-C.
            """)
        {
            Seed, Seconds, Rate, Customers, Only, Host, ReportFile,
        };
        root.SetAction((asked, _) => GoAsync(
            new(asked.GetValue(Seed), TimeSpan.FromSeconds(asked.GetValue(Seconds)), asked.GetValue(Rate), asked.GetValue(Customers),
                Chosen(asked.GetValue(Only) ?? []), asked.GetValue(Host), asked.GetValue(ReportFile)),
            console, error, closing));
        return await root.InvokeAsync(args, WrongTogether, ExitCode.CouldNotRun, output, error);
    }

    private static async Task<int> GoAsync(Settings settings, IAnsiConsole console, TextWriter error, CancellationToken closing)
    {
        // A pipe has no width; a table cut at 80 columns is unreadable.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 10_000;
        try
        {
            console.WriteLine("A shop starts, with a PostgreSQL of its own. Ctrl-C ends both.");
            await using var shop = await BesiegedShop.StartAsync(settings, closing);
            var report = await new Run(settings, shop, console).GoAsync(closing);
            Summary.Write(report, console);
            if (settings.Report is { } file)
                await report.WriteAsync(file);
            return report.Goals.All(goal => goal.Met) ? ExitCode.GoalsMet : ExitCode.GoalMissed;
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted.");
            return Invocation.Interrupted;
        }
        catch (Exception e) when (e is SiegeException or XunitException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.CouldNotRun;
        }
    }

    private static Attack[] Chosen(string[] names) =>
        [.. Attack.All.Where(attack => names.Length == 0 || names.Any(name => attack.Name == name || attack.Name.StartsWith($"{name}-", StringComparison.Ordinal)))];

    /// <summary>The errors that the parser of a single option cannot find.</summary>
    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        foreach (var name in (parsed.GetValue(Only) ?? []).Where(name => Chosen([name]).Length == 0))
            yield return $"--attack: there is no attack '{name}'.";
        if (parsed.GetValue(Host) is { Exists: false } host)
            yield return $"--host: there is no file '{host.FullName}'.";
        if (parsed.GetValue(ReportFile) is { Directory.Exists: false } file)
            yield return $"--report: there is no folder '{file.DirectoryName}'.";
    }
}
