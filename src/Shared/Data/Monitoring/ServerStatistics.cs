namespace ECommerce.Data;

/// <summary>What PostgreSQL says of itself at one moment, about the shop's database where nothing else is said.</summary>
/// <param name="MaxConnections">How many the server takes at once, of everybody.</param>
/// <param name="SizeBytes">What the database takes on disk.</param>
/// <param name="Commits">Since the statistics began or were last reset, as are all that follow.</param>
internal sealed record ServerStatistics(
    int MaxConnections, long SizeBytes, long Commits, long Rollbacks, long Deadlocks, long BlocksHit, long BlocksRead, long TempFiles, long TempBytes);
