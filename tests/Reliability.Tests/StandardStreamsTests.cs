using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Reliability.Tests;

/// <summary>Hosts whose standard output or standard error reaches nobody.</summary>
public sealed partial class StandardStreamsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_shop_goes_on_when_nobody_can_read_what_it_writes_and_counts_the_lines()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        (string Redirection, bool LosesLines)[] ways = [(">&-", true), ("> >(head -1 >/dev/null)", true), (">/dev/full", true), ("2>&-", false), ("2>/dev/full", false), (">&- 2>&-", true)];
        var hosts = ways.Select(way => (way.Redirection, way.LosesLines, Process: site.Start(["bash", "-c", $"exec \"$@\" {way.Redirection}", "bash"]))).ToList();

        foreach (var (redirection, losesLines, host) in hosts)
        {
            await host.WaitUntilReadyAsync();
            // A reader that has gone is found out by the line after those that it has read.
            await Eventually.TrueAsync(async () =>
            {
                (await host.GetAsync("/api/products")).Status.ShouldBe(200, redirection);
                return await LostAsync(host) > 0 == losesLines;
            }, $"{redirection}: lost lines are counted");
        }

        foreach (var (redirection, _, host) in hosts)
            (await host.TerminateAsync()).ShouldBe(0, redirection);
    }

    [Fact]
    public async Task A_start_that_cannot_work_ends_with_1_though_nobody_can_read_why()
    {
        await using var site = Site.Embedded(output);

        var host = site.Start(["bash", "-c", "exec \"$@\" >&- 2>/dev/full", "bash"], ("Data__Directory", "/etc/hosts"));

        (await host.WaitForExitAsync()).ShouldBe(1);
    }

    private static async Task<double> LostAsync(HostProcess host) =>
        double.Parse(WriteFailed().Match(await host.Management.GetStringAsync("/metrics")).Groups["lines"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^telemetry_dropped_total\{signal="logs",reason="write_failed"\} (?<lines>\S+)""", RegexOptions.Multiline)]
    private static partial Regex WriteFailed();
}
