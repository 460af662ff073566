using System.Text.Json;
using ECommerce.Siege;
using Spectre.Console;

namespace ECommerce.Tools.Tests.Siege;

/// <summary>A short siege, whose report is compared with the host's own counters. Goals are not asserted: they depend on the machine.</summary>
[Collection(nameof(WholeProgram))]
public sealed class BookkeepingTests
{
    // The server's own answers to what it cannot read or does not wait for: no middleware runs, so the host need not count them.
    private static readonly HashSet<int> OfTheServer = [400, 408, 413, 414, 431];

    [Fact]
    public async Task The_report_agrees_with_the_counters_of_the_host()
    {
        var folder = Directory.CreateTempSubdirectory("ec-siege-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "report.json");
            var (screen, error) = (new StringWriter(), new StringWriter());
            var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(screen) });

            var exitCode = await CommandLine.RunAsync(
                ["--attack", "slow-bodies", "noise", "--seconds", "2", "--customers", "3", "--report", file], console, screen, error, CancellationToken.None);

            error.ToString().ShouldBeEmpty();
            var report = JsonElement.Parse(await File.ReadAllBytesAsync(file));
            var goalsMet = report.GetProperty("goals").EnumerateArray().All(goal => goal.GetProperty("met").GetBoolean());
            exitCode.ShouldBe(goalsMet ? ExitCode.GoalsMet : ExitCode.GoalMissed, screen.ToString());
            var attacks = report.GetProperty("attacks").EnumerateArray().ToArray();
            attacks.Select(attack => attack.GetProperty("name").GetString()).ShouldBe(["slow-bodies", "noise"]);
            foreach (var attack in attacks)
                Compare(attack);
            attacks[0].GetProperty("attacker").GetProperty("connections").GetInt64().ShouldBeGreaterThanOrEqualTo(210);
            attacks[1].GetProperty("host").GetProperty("logBytesPerSecond").GetDouble().ShouldBeGreaterThan(0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--attack", "none")]
    [InlineData("--host", "/no/such/host.dll")]
    [InlineData("--report", "/no/such/folder/report.json")]
    public async Task A_wrong_option_is_named_and_ends_with_2(string option, string value)
    {
        var (screen, error) = (new StringWriter(), new StringWriter());
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(screen) });

        (await CommandLine.RunAsync([option, value], console, screen, error, CancellationToken.None)).ShouldBe(ExitCode.CouldNotRun);

        error.ToString().ShouldStartWith(option);
    }

    private static void Compare(JsonElement attack)
    {
        var (name, honest, attacker) = (attack.GetProperty("name").GetString(), attack.GetProperty("honest"), attack.GetProperty("attacker"));
        var (felt, answered, counted) = (ByStatus(honest, "answers"), ByStatus(attacker, "answers"), ByStatus(attack.GetProperty("host"), "counted"));
        var unanswered = felt.GetValueOrDefault(0) + attacker.GetProperty("requests").GetInt64() - answered.Values.Sum();

        honest.GetProperty("requests").GetInt64().ShouldBe(felt.Values.Sum(), name);
        felt.Values.Sum().ShouldBeGreaterThan(0, name);
        unanswered.ShouldBeGreaterThanOrEqualTo(0, name);
        foreach (var status in felt.Keys.Union(answered.Keys).Where(status => status != 0 && !OfTheServer.Contains(status)))
            counted.GetValueOrDefault(status).ShouldBeGreaterThanOrEqualTo(felt.GetValueOrDefault(status) + answered.GetValueOrDefault(status), $"{name}: {status}");

        // Only honest customers are answered 2xx here; a request without an answer is counted once at most, under any status.
        Successes(counted).ShouldBe(Successes(felt), name);
        counted.Values.Sum().ShouldBeLessThanOrEqualTo(felt.Values.Sum() + answered.Values.Sum() + unanswered, name);
    }

    private static long Successes(Dictionary<int, long> byStatus) => byStatus.Where(status => status.Key is >= 200 and < 300).Sum(status => status.Value);

    private static Dictionary<int, long> ByStatus(JsonElement parent, string member) =>
        parent.GetProperty(member).EnumerateObject().ToDictionary(status => int.Parse(status.Name, provider: null), status => status.Value.GetInt64());
}
