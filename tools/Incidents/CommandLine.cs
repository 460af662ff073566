using System.CommandLine;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Incidents;

/// <summary>Parses the options, runs an incident and returns the exit code.</summary>
internal static class CommandLine
{
    /// <summary>The incident could not be run.</summary>
    public const int NotRun = 2;

    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        _ = (console, closing);
        return await new RootCommand("Runs a shop in which something may go wrong, and scores what its operator finds out.").InvokeAsync(args, _ => [], NotRun, output, error);
    }
}
