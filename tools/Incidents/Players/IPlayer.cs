using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Players;

/// <summary>Whoever finds out what is wrong.</summary>
internal interface IPlayer
{
    /// <summary>Looks, acts and answers.</summary>
    /// <returns>The answer; null when there is none.</returns>
    Task<Answer?> PlayAsync(Stage stage, CancellationToken ct);
}
