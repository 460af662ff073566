using System.Text.Json;
using ECommerce.Storm;
using ECommerce.Tools.Tests.Topology;
using Spectre.Console;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>Short storms, in which each kind of trouble comes once. <c>make storm</c> has the long ones.</summary>
[Collection(nameof(WholeProgram))]
public sealed class StormTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_shop_keeps_its_promises_through_every_kind_of_trouble() => RunAsync(StormTopology.Find("monolith")!.Kinds, "monolith");

    /// <summary>Two of the four kinds: each restart of RabbitMQ takes seconds.</summary>
    [HaproxyFact]
    public Task A_host_for_each_module_keeps_them_as_well_even_when_the_broker_loses_what_it_has_stored() =>
        RunAsync([DisruptionNames.BrokerWiped, DisruptionNames.HostKilled], "services");

    private async Task RunAsync(IReadOnlyList<string> kinds, string topology)
    {
        var folder = Directory.CreateTempSubdirectory("ec-storm-test-");
        try
        {
            var report = Path.Combine(folder.FullName, "report.json");
            var (screen, error) = (new StringWriter(), new StringWriter());
            var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(screen) });

            var exitCode = await CommandLine.RunAsync(
                ["--topology", topology, "--only", .. kinds, "--seed", "7", "--minutes", "0.01", "--pause", "0.3", "--rate", "4", "--report", report],
                console, screen, error, CancellationToken.None);

            output.WriteLine($"{screen}{error}");
            exitCode.ShouldBe(0, $"{screen}{error}");
            var troubles = JsonElement.Parse(await File.ReadAllBytesAsync(report)).GetProperty("troubles").EnumerateArray().ToArray();
            var came = troubles.Select(trouble => trouble.GetProperty("kind").GetString()!).ToHashSet();
            foreach (var kind in kinds.Where(kind => !screen.ToString().Contains($"{kind} is left out", StringComparison.Ordinal)))
                came.ShouldContain(kind);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
