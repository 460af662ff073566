using System.Text.Json;
using ECommerce.Fuzz;
using Spectre.Console;

namespace ECommerce.Tools.Tests.Fuzz;

/// <summary>A few thousand requests at a host and a PostgreSQL of their own; `make fuzz` sends more.</summary>
[Collection(nameof(WholeProgram))]
public sealed class SmokeTests
{
    [Fact]
    public async Task Nothing_is_found_and_every_operation_has_succeeded_and_refused()
    {
        var folder = Directory.CreateTempSubdirectory("ec-fuzz-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "report.json");
            var (screen, error) = (new StringWriter(), new StringWriter());
            var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(screen) });

            var exitCode = await CommandLine.RunAsync(["--seed", "11", "--requests", "3000", "--report", file], console, screen, error, CancellationToken.None);

            error.ToString().ShouldBeEmpty();
            exitCode.ShouldBe(ExitCode.Clean, screen.ToString());
            var report = JsonElement.Parse(await File.ReadAllBytesAsync(file));
            Names(report, "neverTaken").ShouldBeEmpty("The fuzzer knows a valid request of every operation: ValidRequests.cs makes it.");
            Names(report, "neverRefused").ShouldBeEmpty();
            report.GetProperty("figures").GetProperty("requests").GetInt32().ShouldBe(3000);
            report.GetProperty("logLines").GetInt32().ShouldBeGreaterThan(3000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--requests", "0")]
    [InlineData("--target", "http://192.0.2.1")]
    [InlineData("--management", "http://127.0.0.1:1")]
    [InlineData("--report", "/no/such/folder/report.json")]
    [InlineData("--target", "http://127.0.0.1:1")]
    public async Task What_cannot_run_says_why_and_ends_with_2(string option, string value)
    {
        var (screen, error) = (new StringWriter(), new StringWriter());
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(screen) });

        (await CommandLine.RunAsync([option, value], console, screen, error, CancellationToken.None)).ShouldBe(ExitCode.CouldNotRun);

        error.ToString().ShouldNotBeEmpty();
        error.ToString().ShouldNotContain("   at ");
    }

    private static IEnumerable<string?> Names(JsonElement report, string member) => report.GetProperty(member).EnumerateArray().Select(name => name.GetString());
}
