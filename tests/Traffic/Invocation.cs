using System.CommandLine;
using System.Runtime.InteropServices;

namespace ECommerce.Traffic;

/// <summary>How a program of this kind is called and left.</summary>
internal static class Invocation
{
    /// <summary>Runs until it is done; the first Ctrl-C asks for the summary, a second one is not caught, and ends everything.</summary>
    public static async Task<int> UntilClosedAsync(Func<CancellationToken, Task<int>> run)
    {
        using var closing = new CancellationTokenSource();
        void Close(PosixSignalContext signal)
        {
            signal.Cancel = !closing.IsCancellationRequested;
            closing.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Close);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Close);
        return await run(closing.Token);
    }

    /// <summary>Says what is wrong with the options, or does what they ask for.</summary>
    /// <param name="wrongTogether">What is wrong with options of which each alone can be read.</param>
    /// <returns>The action's exit code, or <paramref name="wrongUsage"/>.</returns>
    public static async Task<int> InvokeAsync(
        this RootCommand root, string[] args, Func<ParseResult, IEnumerable<string>> wrongTogether, int wrongUsage, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        string[] wrongs = parsed.Errors.Count > 0 ? [.. parsed.Errors.Select(wrong => wrong.Message)] : [.. wrongTogether(parsed)];
        foreach (var wrong in wrongs)
            await error.WriteLineAsync($"{wrong} (--help lists the options.)");
        return wrongs.Length > 0
            ? wrongUsage
            : await parsed.InvokeAsync(
                new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, CancellationToken.None);
    }
}
