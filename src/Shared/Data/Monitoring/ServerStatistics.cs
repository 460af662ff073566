namespace ECommerce.Data;

/// <summary>A snapshot of PostgreSQL's statistics, about the shop's database unless said otherwise.</summary>
/// <param name="MaxConnections">The server's <c>max_connections</c>.</param>
/// <param name="SizeBytes">The size of the database on disk.</param>
/// <param name="Commits">Since the last reset of the statistics, as are the numbers that follow.</param>
internal sealed record ServerStatistics(
    int MaxConnections, long SizeBytes, long Commits, long Rollbacks, long Deadlocks, long BlocksHit, long BlocksRead, long TempFiles, long TempBytes);
