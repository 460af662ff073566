using System.CommandLine;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Storm;

/// <summary>The options, and the way from there to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>The storm came to no audit.</summary>
    public const int NotAudited = 2;

    private static readonly Option<int> Seed = new("--seed") { Description = "Makes customers and troubles repeat.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Minutes = new("--minutes") { Description = "How long troubles come; each comes at least once.", DefaultValueFactory = _ => 5 };
    private static readonly Option<double> Rate = new("--rate") { Description = "Journeys that arrive in a second; each is some four requests.", DefaultValueFactory = _ => 10 };
    private static readonly Option<double> Pause = new("--pause") { Description = "The mean of the pauses between a recovery and the next trouble, in seconds.", DefaultValueFactory = _ => 3 };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these troubles, of {string.Join(", ", Trouble.All.Select(kind => kind.Name))}.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there, as JSON." };
    private static readonly Option<DirectoryInfo?> Keep = new("--keep") { Description = "Keep the journal and what the programs wrote in this folder." };

    /// <returns>The audit's exit code, or <see cref="NotAudited"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Lets trouble come over a shop of its own while customers shop in it, and has everything audited afterwards.
            Exits as the audit does: with 0 when all is as promised, with 1 when it is not, with 2 when it came to no audit.
            """)
        {
            Seed, Minutes, Rate, Pause, Only, ReportFile, Keep,
        };
        Only.AcceptOnlyFromAmong([.. Trouble.All.Select(kind => kind.Name)]);
        root.SetAction((asked, _) => GoAsync(
            new(asked.GetValue(Seed), TimeSpan.FromMinutes(asked.GetValue(Minutes)), asked.GetValue(Rate), TimeSpan.FromSeconds(asked.GetValue(Pause)),
                asked.GetValue(Only) ?? [], asked.GetValue(ReportFile), asked.GetValue(Keep)),
            console, error, closing));
        return await root.InvokeAsync(args, _ => [], NotAudited, output, error);
    }

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
            return report.Audit.ExitCode;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            await error.WriteLineAsync("Broken off, and not audited.");
            return NotAudited;
        }
        catch (StormException e)
        {
            await error.WriteLineAsync(e.Message);
            return NotAudited;
        }
    }
}

/// <summary>The storm itself has failed, and says nothing about the shop.</summary>
internal sealed class StormException(string message) : Exception(message);
