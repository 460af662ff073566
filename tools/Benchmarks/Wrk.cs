using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Benchmarks;

/// <summary>One run of <c>wrk</c>: how many requests were answered, and how many of them with a refusal or an error.</summary>
internal sealed partial record Wrk(long Requests, double PerSecond, long Refused)
{
    /// <param name="url">The address to send to.</param>
    /// <param name="script">The path of the script that makes the requests.</param>
    /// <param name="connections">How many connections send at once.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public static async Task<Wrk> RunAsync(Uri url, string script, int connections, int seconds, CancellationToken ct)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "-s", script, url.ToString()]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await ReadAsync(wrk, ct);
        if (wrk.ExitCode != 0 || !Answered().IsMatch(output))
            throw new BenchmarkException($"wrk ended with {wrk.ExitCode}.\n{output}");
        return new(
            (long)Number(Answered().Match(output)), Number(Rate().Match(output)), (long)Number(Bad().Match(output)));
    }

    private static async Task<string> ReadAsync(Process wrk, CancellationToken ct)
    {
        try
        {
            var output = await wrk.StandardOutput.ReadToEndAsync(ct);
            await wrk.WaitForExitAsync(ct);
            return output;
        }
        finally
        {
            // Not a registration of the token: the reader's comes first, and its exception would end that registration before it has run.
            if (!wrk.HasExited)
                wrk.Kill();
        }
    }

    private static double Number(Match match) => match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Answered();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Bad();
}
