using System.Text.Json;
using ECommerce.Storm;
using Spectre.Console;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>A short storm, in which every kind of trouble comes once. <c>make storm</c> has the long ones.</summary>
[Collection(nameof(WholeProgram))]
public sealed class StormTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_shop_keeps_its_promises_through_every_kind_of_trouble()
    {
        var folder = Directory.CreateTempSubdirectory("ec-storm-test-");
        try
        {
            var report = Path.Combine(folder.FullName, "report.json");
            var (screen, error) = (new StringWriter(), new StringWriter());
            var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(screen) });

            var exitCode = await CommandLine.RunAsync(
                ["--seed", "7", "--minutes", "0.5", "--pause", "0.3", "--rate", "4", "--report", report], console, screen, error, CancellationToken.None);

            output.WriteLine($"{screen}{error}");
            exitCode.ShouldBe(0, $"{screen}{error}");
            var troubles = JsonElement.Parse(await File.ReadAllBytesAsync(report)).GetProperty("troubles").EnumerateArray().ToArray();
            var came = troubles.Select(trouble => trouble.GetProperty("kind").GetString()!).ToHashSet();
            foreach (var kind in Disruption.All.Where(kind => kind != Disruption.DiskFull || !screen.ToString().Contains("is left out", StringComparison.Ordinal)))
                came.ShouldContain(kind.Name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
