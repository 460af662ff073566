using ECommerce.Incidents.Judging;
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

    // Whether the objectives are met afterwards depends on what else the machine does, and is in the report only.
    [Fact]
    public async Task The_reference_player_finds_what_is_wrong_and_no_order_is_lost_to_the_cure()
    {
        var reports = await Task.WhenAll(Seeds.Select(PlayAsync));
        foreach (var report in reports)
        {
            output.WriteLine(report.AsMarkdown());
            (report.Score.Detection, report.Score.Place, report.Score.Mechanism).ShouldBe((15, 25, 20), report.AsMarkdown());
            report.Seen.Actions.ShouldNotBeEmpty();
            report.Seen.OrdersLost.ShouldBe(0, report.AsMarkdown());
            Scoring.Score(report.Plan, report.Answer, report.Seen, Brief).ShouldBe(report.Score);
        }
    }

    // A slow statement, a lock, an expired credential: what an administrator sees in the database, however busy the machine is.
    private static readonly int[] Seeds = [2, 4, 8];

    private static async Task<Report> PlayAsync(int seed)
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
