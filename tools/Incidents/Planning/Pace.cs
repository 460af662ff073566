namespace ECommerce.Incidents.Planning;

/// <summary>How long the parts of an incident take.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="EarliestOnset">The earliest onset after the first customer; decoys may come before.</param>
/// <param name="LatestOnset">The latest onset.</param>
/// <param name="Tolerance">How far the answered onset may be from the true one.</param>
/// <param name="Settled">How long objectives have to be met and alerts silent after the answer.</param>
/// <param name="Patience">How long the incident waits for that after the answer.</param>
/// <param name="Window">How much of the past the reference player compares, and how long it waits after its first suspicion.</param>
/// <param name="Quiet">How long after the latest onset the reference player says that nothing is wrong.</param>
internal sealed record Pace(
    string Name, TimeSpan EarliestOnset, TimeSpan LatestOnset, TimeSpan Tolerance, TimeSpan Settled, TimeSpan Patience, TimeSpan Window, TimeSpan Quiet)
{
    public static readonly Pace Usual = new(
        "usual", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4),
        TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(70));

    /// <summary>For tests and for tables of many seeds.</summary>
    public static readonly Pace Short = new(
        "short", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40),
        TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(22));

    public static IReadOnlyList<Pace> All { get; } = [Usual, Short];
}
