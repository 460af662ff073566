namespace ECommerce.Storm;

/// <summary>The options of the command line.</summary>
/// <param name="Seed">Seeds the customers, and the kinds and durations of disruptions.</param>
/// <param name="For">How long troubles come; each comes at least once, and the last is seen through to its end.</param>
/// <param name="Rate">Journeys of customers that arrive in a second; each is some four requests.</param>
/// <param name="Pause">The mean of the pauses between a recovery and the next trouble.</param>
/// <param name="Kinds">The troubles that come; all of them when empty.</param>
/// <param name="Keep">The folder for the journal and the programs' output; null when they are not kept.</param>
internal sealed record Settings(int Seed, TimeSpan For, double Rate, TimeSpan Pause, IReadOnlyList<string> Kinds, FileInfo? Report, DirectoryInfo? Keep);
