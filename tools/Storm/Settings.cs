namespace ECommerce.Storm;

/// <summary>The options of the command line.</summary>
/// <param name="Topology">How the shop runs.</param>
/// <param name="Seed">Seeds the customers, and the kinds and durations of disruptions.</param>
/// <param name="For">How long troubles come; each comes at least once, and the last is seen through to its end.</param>
/// <param name="Rate">Journeys of customers that arrive in a second; each is some four requests.</param>
/// <param name="Pause">The mean of the pauses between a recovery and the next trouble.</param>
/// <param name="Hosts">The number of equal hosts: all of <c>replicas</c>, those of each module in <c>services</c>; null for the usual one.</param>
/// <param name="Upgrade">The program of the other build, to which hosts are changed and back; null when there is none.</param>
/// <param name="Kinds">The troubles that come; all of them when empty.</param>
/// <param name="Keep">The folder for the journal and the programs' output; null when they are not kept.</param>
internal sealed record Settings(
    StormTopology Topology, int Seed, TimeSpan For, double Rate, TimeSpan Pause, int? Hosts, FileInfo? Upgrade, IReadOnlyList<string> Kinds,
    FileInfo? Report, DirectoryInfo? Keep);
