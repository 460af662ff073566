namespace ECommerce.Storm;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Seed">Of the customers, and of which trouble comes when and for how long.</param>
/// <param name="For">How long troubles come; each comes at least once, and the last is seen through to its end.</param>
/// <param name="Rate">Journeys of customers that arrive in a second; each is some four requests.</param>
/// <param name="Pause">The mean of the pauses between a recovery and the next trouble.</param>
/// <param name="Kinds">The troubles that come; all of them when empty.</param>
/// <param name="Keep">Where the journal and what the programs have written stay; null when nobody wants them.</param>
internal sealed record Settings(int Seed, TimeSpan For, double Rate, TimeSpan Pause, IReadOnlyList<string> Kinds, FileInfo? Report, DirectoryInfo? Keep);
