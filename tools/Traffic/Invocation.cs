using System.CommandLine;
using System.Runtime.InteropServices;

namespace ECommerce.Traffic;

/// <summary>How the command-line programs of the repository read their arguments and end.</summary>
internal static class Invocation
{
    /// <summary>The exit code of a run that Ctrl-C ended before it had a result: 128 and the number of the signal, as in a shell.</summary>
    public const int Interrupted = 128 + 2;

    /// <summary>
    /// Runs until it is done. The first Ctrl-C, SIGTERM, SIGQUIT or SIGHUP cancels the token; a second one ends the process at once, and the
    /// processes that it started.
    /// </summary>
    /// <param name="run">Returns the exit code; <see cref="Interrupted"/> becomes the code of the signal that came.</param>
    /// <param name="isPatient">Ignores a second signal, since something has to be undone that outlives the process.</param>
    public static async Task<int> UntilClosedAsync(Func<CancellationToken, Task<int>> run, bool isPatient = false)
    {
        using var closing = new CancellationTokenSource();
        var interrupted = Interrupted;
        PosixSignalRegistration[] signals =
        [
            On(PosixSignal.SIGINT, 2), On(PosixSignal.SIGTERM, 15), On(PosixSignal.SIGQUIT, 3), On(PosixSignal.SIGHUP, 1),
        ];
        try
        {
            return await run(closing.Token) is var code && code == Interrupted ? interrupted : code;
        }
        finally
        {
            foreach (var signal in signals)
                signal.Dispose();
        }

        PosixSignalRegistration On(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!closing.IsCancellationRequested)
            {
                interrupted = 128 + number;
                closing.Cancel();
            }
            else if (!isPatient)
            {
                // Unlike the default action, this lets the handlers of ProcessExit kill the processes that were started.
                Environment.Exit(interrupted);
            }
        });
    }

    /// <summary>Prints what is wrong with the options, or does what they ask for.</summary>
    /// <param name="wrongTogether">What is wrong with options of which each alone can be read.</param>
    /// <returns>The action's exit code, or <paramref name="wrongUsage"/>.</returns>
    public static async Task<int> InvokeAsync(
        this RootCommand root, string[] args, Func<ParseResult, IEnumerable<string>> wrongTogether, int wrongUsage, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // A wrong option makes its value a second error.
        string[] wrongs = parsed.UnmatchedTokens is [var unknown, ..]
            ? [unknown.StartsWith('-') ? $"There is no option '{unknown}'." : $"'{unknown}' is neither an option nor the value of one."]
            : parsed.Errors.Count > 0 ? [.. parsed.Errors.Select(wrong => wrong.Message)] : [.. wrongTogether(parsed)];
        foreach (var wrong in wrongs)
            await error.WriteLineAsync($"{wrong} (--help lists the options.)");
        return wrongs.Length > 0
            ? wrongUsage
            : await parsed.InvokeAsync(
                new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, CancellationToken.None);
    }
}
