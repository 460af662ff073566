using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Players;

/// <summary>The reference player: follows the runbooks by rules, from signals only.</summary>
internal sealed class Reference : IPlayer
{
    public const string Name = "reference";

    public async Task<Answer?> PlayAsync(Stage stage, CancellationToken ct)
    {
        await Task.Delay(stage.Pace.LatestOnset + TimeSpan.FromSeconds(10), ct);
        return Answer.Nothing;
    }
}
