using System.CommandLine;
using System.ComponentModel;
using ECommerce.Benchmarks.Topologies;
using ECommerce.Hosting;
using ECommerce.Traffic;
using Xunit.Sdk;
using static ECommerce.Traffic.Options;

namespace ECommerce.Benchmarks;

/// <summary>Reads the options, runs what they ask for and returns the exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<int> Rounds = Whole("--rounds", 7, 1, 1000, "Rounds in which each program is measured.");
    private static readonly Option<int> Seconds = Whole("--seconds", 2, 1, 3600, "Length of a round; of the whole run for retention.");
    private static readonly Option<int> Connections = Whole("--connections", 16, 1, 500, "Connections of the load generator.");
    private static readonly Option<int> Requests = Whole("--requests", 200_000, 30, 1_000_000_000, "Requests to send while memory is observed.");
    private static readonly Option<int> Rate = Whole("--rate", 40, 1, 10_000, "Orders that arrive in a second while latency is measured; requests for products are five times as many.");
    private static readonly Option<string> Scenario = new("--scenario") { Description = "Run only scenarios whose name holds this text, such as list.", HelpName = "text", DefaultValueFactory = _ => "" };

    private static readonly Option<string> Steps = new("--steps")
    {
        Description = "all compares the twin with each step of observation; last with the fully observed shop only.",
        HelpName = "all|last",
        CustomParser = text => Only(text) is "all" or "last" ? Only(text) : Wrong<string>(text, "must be all or last"),
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<DirectoryInfo?> Before = new("--before") { Description = "The output folder of an earlier build of this program, whose shop takes part, too.", HelpName = "folder" };

    /// <returns>One of <see cref="ExitCode"/>, or <see cref="Invocation.Interrupted"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Measures the shop under load. Without a command: throughput, processor time and allocation per request, compared with a bare twin.
            Everything runs on this machine, in a temporary folder, with a PostgreSQL of its own. Figures go to stdout, progress to stderr.
            Exits with 0; with 1 when requests were refused, 2 when an option is wrong or a program does not start, 130 after Ctrl-C.
            """)
        {
            Rounds, Seconds, Connections, Scenario, Steps, Before,
            Measurement("catalogue", "Compares a catalogue of a thousand products with one of a million.", Catalogues.RunAsync, Rounds, Seconds, Connections, Scenario),
            Measurement("memory", "Observes the resident memory of the shop while it answers requests.", Footprint.RunAsync, Requests, Connections),
            Measurement("retention", "Observes the size of the database while one customer places and cancels orders.", Retention.RunAsync, Seconds, Connections),
            Measurement("console", "Compares the shop with and without its console, closed and open in a browser.", ConsolePrice.RunAsync, Rounds, Seconds, Connections, Scenario),
            Measurement("topologies", "Compares the topologies monolith, replicas and services, and measures the price of a call between hosts.",
                TopologyComparison.RunAsync, Rounds, Seconds, Connections, Rate, Scenario, Before),
        };
        root.SetAction((asked, _) => GoAsync(Comparison.RunAsync, Read(asked), error, closing));
        return await root.InvokeAsync(args, WrongTogether, ExitCode.CouldNotRun, output, error);

        Command Measurement(string name, string description, Func<Bench, Task<bool>> run, params Option[] options)
        {
            var command = new Command(name, description);
            foreach (var option in options)
                command.Options.Add(option);
            command.SetAction((asked, _) => GoAsync(run, Read(asked), error, closing));
            return command;
        }
    }

    private static async Task<int> GoAsync(Func<Bench, Task<bool>> run, Settings settings, TextWriter error, CancellationToken closing)
    {
        var progress = new Progress(error, !Console.IsErrorRedirected);
        try
        {
            return await run(new(settings, progress, closing)) ? ExitCode.Measured : ExitCode.Refused;
        }
        // The programs end with the benchmark, and whoever was waiting for one sees that first.
        catch (Exception) when (closing.IsCancellationRequested)
        {
            progress.Say($"Interrupted. All programs are stopped.");
            return Invocation.Interrupted;
        }
        catch (Exception e) when (
            e is BenchmarkException or StartupException or HttpRequestException or IOException or UnauthorizedAccessException or Win32Exception or XunitException)
        {
            progress.Close();
            await error.WriteLineAsync(e.Message);
            return ExitCode.CouldNotRun;
        }
    }

    private static Settings Read(ParseResult parsed) => new(
        parsed.GetValue(Rounds), parsed.GetValue(Seconds), parsed.GetValue(Connections), parsed.GetValue(Scenario) ?? "", parsed.GetValue(Steps) == "last",
        parsed.GetValue(Before), parsed.GetValue(Requests), parsed.GetValue(Rate));

    /// <summary>The errors that the parser of a single option cannot find.</summary>
    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        if (parsed.GetValue(Before) is { } folder && !File.Exists(Path.Combine(folder.FullName, Contender.HostDll)))
            yield return $"--before: there is no {Contender.HostDll} in '{folder.FullName}'.";
    }
}

/// <summary>One run of the benchmark.</summary>
internal sealed record Bench(Settings Settings, Progress Progress, CancellationToken Closing);
