using ECommerce.Incidents.Operating;
using ECommerce.Incidents.Planning;
using ECommerce.Incidents.Watching;

namespace ECommerce.Incidents.Running;

/// <summary>The running incident as a player sees it: the shop, what can be done, and no plan.</summary>
/// <param name="Arena">The shop. A player uses what an operator has: its addresses, the key and the operators' SQL.</param>
/// <param name="Desk">The commands of <c>act</c>.</param>
/// <param name="Watch">The objectives and alerts, as the score sees them.</param>
/// <param name="Pace">The pace.</param>
/// <param name="Started">When the first customer came.</param>
internal sealed record Stage(Arena Arena, OperatorDesk Desk, Watch Watch, Pace Pace, DateTimeOffset Started);
