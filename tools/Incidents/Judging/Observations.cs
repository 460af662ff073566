namespace ECommerce.Incidents.Judging;

/// <summary>What was seen of an incident beside its answer.</summary>
/// <param name="Began">When the causes began; when they would have, where nothing is wrong.</param>
/// <param name="Answered">When the answer was given.</param>
/// <param name="IsCured">Whether the causes are gone, as far as a cause can tell.</param>
/// <param name="ObjectivesMet">Whether the objectives were met for the pace's time after the answer.</param>
/// <param name="FiringAlerts">The alerts that were not silent during that time.</param>
/// <param name="AuditFindings">What the audit found.</param>
/// <param name="OrdersLost">Acknowledged orders that are gone.</param>
/// <param name="Actions">What the player did: operations at the host, and commands of <c>act</c>.</param>
internal sealed record Observations(
    DateTimeOffset Began, DateTimeOffset Answered, bool IsCured, bool ObjectivesMet, IReadOnlyList<string> FiringAlerts, IReadOnlyList<string> AuditFindings, int OrdersLost,
    IReadOnlyList<string> Actions);
