using System.CommandLine;
using ECommerce.Fuzz.Requests;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Fuzz;

/// <summary>The options, what is wrong with them, and the way from there to an exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<int> Seed = Options.Whole("--seed", 1, 0, int.MaxValue, "Makes the requests repeat.");
    private static readonly Option<int> Requests = Options.Whole("--requests", 10_000, 1, 100_000_000, "How many to send.");
    private static readonly Option<int> Concurrency = Options.Whole("--concurrency", 16, 1, 200, "How many callers send at once.");

    private static readonly Option<int?> Only = Options.Whole("--only", 1, int.MaxValue, "Send the request of this number only, and show it and its answer.");

    private static readonly Option<Uri?> TargetOption = new("--target")
    {
        Description = "A shop that runs, and that may break. Without it one is started for the run, with a PostgreSQL of its own.",
        HelpName = "address",
        CustomParser = text => Options.Address(text),
    };

    private static readonly Option<Uri?> Management = new("--management")
    {
        Description = "The operators' listener of that shop. Without it nothing is known of its metrics.",
        HelpName = "address",
        CustomParser = text => Options.Address(text),
    };

    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there, as JSON.", HelpName = "file" };

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Sends valid, boundary and hostile requests to every operation that a shop describes, and checks every answer. docs/fuzzing.md lists the rules.
            A shop of --target wants FUZZ_ADMIN_EMAIL, FUZZ_ADMIN_PASSWORD and, with --management, FUZZ_MANAGEMENT_KEY.
            Exits with 0 when nothing was found, 1 when something was, 2 when it could not run, 130 when Ctrl-C ended it before anything was found.
            """)
        {
            Seed, Requests, Only, Concurrency, TargetOption, Management, ReportFile,
        };
        root.SetAction((asked, _) => GoAsync(Read(asked), console, error, closing));
        return await root.InvokeAsync(args, WrongTogether, ExitCode.CouldNotRun, output, error);
    }

    private static async Task<int> GoAsync(Settings settings, IAnsiConsole console, TextWriter error, CancellationToken closing)
    {
        // A pipe has no width; what is cut at 80 columns cannot be read by anybody.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 10_000;
        try
        {
            if (settings.Target is null)
                console.WriteLine("A shop starts, with a PostgreSQL of its own. Ctrl-C ends both.");
            await using var target = await Target.OpenAsync(settings, closing);
            var report = await new Run(settings, target, console).GoAsync(closing);
            Summary.Write(report, console);
            if (settings.Report is { } file)
                await report.WriteAsync(file);
            return report.Figures.Findings.Count > 0 ? ExitCode.Findings : closing.IsCancellationRequested ? Invocation.Interrupted : ExitCode.Clean;
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted.");
            return Invocation.Interrupted;
        }
        catch (Exception e) when (e is NotAShopException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.CouldNotRun;
        }
    }

    private static Settings Read(ParseResult parsed)
    {
        var isOurs = parsed.GetValue(TargetOption) is null;
        string Of(string variable, string ours) => isOurs ? ours : Environment.GetEnvironmentVariable(variable) ?? "";
        return new(
            parsed.GetValue(Seed), parsed.GetValue(Requests), parsed.GetValue(Only), parsed.GetValue(Concurrency),
            parsed.GetValue(TargetOption), parsed.GetValue(Management),
            Of("FUZZ_ADMIN_EMAIL", $"admin@{Markers.MailDomain}"), Of("FUZZ_ADMIN_PASSWORD", $"{Markers.Secret} of the admin"),
            Of("FUZZ_MANAGEMENT_KEY", $"{Markers.Secret}-the-key-of-the-operators"), parsed.GetValue(ReportFile));
    }

    /// <summary>What is wrong with options of which each alone can be read.</summary>
    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        foreach (var option in (Option<Uri?>[])[TargetOption, Management])
        {
            if (parsed.GetValue(option) is { IsLoopback: false } address)
                yield return $"{option.Name}: {address.Host} is not this machine, and nothing else is to be sent hostile requests.";
        }

        if (parsed.GetValue(Management) is not null && parsed.GetValue(TargetOption) is null)
            yield return "--management: goes with --target.";
        if (parsed.GetValue(ReportFile) is { Directory.Exists: false } file)
            yield return $"--report: there is no folder '{file.DirectoryName}'.";
    }
}
