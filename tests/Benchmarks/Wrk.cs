using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Benchmarks;

/// <summary>One run of <c>wrk</c>: how many requests were answered, and how many of them badly.</summary>
internal sealed partial record Wrk(long Requests, double PerSecond, long Refused)
{
    public static async Task<Wrk> RunAsync(Uri url, string script, int connections, int seconds)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "-s", script, url.ToString()]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return new(
            (long)Number(Answered().Match(output)), Number(Rate().Match(output)), (long)Number(Bad().Match(output)));
    }

    private static double Number(Match match) => match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Answered();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Bad();
}
