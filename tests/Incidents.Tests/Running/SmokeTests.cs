using ECommerce.Incidents.Planning;
using ECommerce.Incidents.Players;
using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Tests.Running;

/// <summary>Three incidents from their plan to their score, with a real shop, customers and the reference player.</summary>
[Trait("Category", "Running")]
public sealed class SmokeTests(ITestOutputHelper output)
{
    private static readonly Pace Brief = new(
        "brief", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(30),
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    [Fact]
    public async Task The_reference_player_finds_a_cause_cures_it_and_sees_when_nothing_is_wrong()
    {
        var reports = await Task.WhenAll(SmokeSeeds.Select(PlayAsync));
        foreach (var report in reports)
        {
            output.WriteLine(report.AsMarkdown());
            report.Score.Total.ShouldBeGreaterThan(60, report.AsMarkdown());
            report.Seen.OrdersLost.ShouldBe(0);
        }

        reports.Count(report => report.Plan.IsWrong).ShouldBe(SmokeSeeds.Length - 1);
    }

    private static readonly int[] SmokeSeeds = [2, 3, 4];

    private static async Task<ECommerce.Incidents.Judging.Report> PlayAsync(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("ec-play-");
        try
        {
            return await Incident.RunAsync(Plan.From(seed, 1), Brief, new Reference(), _ => Task.CompletedTask, folder, CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
