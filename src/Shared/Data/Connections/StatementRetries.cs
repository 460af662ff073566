using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Retries a statement or a transaction once when the first attempt had no effect: because PostgreSQL says so (<see cref="SqlStates"/>), or
/// because it cannot have been committed.
/// </summary>
public sealed partial class StatementRetries(DatabaseMetrics metrics, ILogger<StatementRetries> log)
{
    /// <summary>The reason for a second attempt; null when there must be none.</summary>
    /// <param name="failure">The failure of the first attempt.</param>
    /// <param name="isUncommitted">
    /// Whether a broken connection ends it without effect: a transaction whose COMMIT was not sent, or a query that changes nothing. A
    /// timeout is not repeated, since a second attempt would take as long again.
    /// </param>
    internal static SqlStateHandling? ReasonFor(NpgsqlException failure, bool isUncommitted) => failure switch
    {
        PostgresException error => SqlStates.AllowsRetry(error) ? SqlStates.Of(error).Answer : null,
        { InnerException: IOException } => isUncommitted || FrameworkInternals.WasNotSent(failure) ? SqlStateHandling.SessionEnded : null,
        _ => null,
    };

    /// <summary>Whether the failed session is unusable: work that is repeated later closes the pool's idle sessions first.</summary>
    public static bool NeedsNewSession(Exception failure) =>
        failure is NpgsqlException known && ReasonFor(known, isUncommitted: true) is SqlStateHandling.StaleStatement or SqlStateHandling.SessionEnded;

    /// <summary>Counts the attempt, and clears the pool when its sessions are unusable.</summary>
    internal void Prepare(string module, NpgsqlDataSource pool, NpgsqlException failure)
    {
        var reason = ReasonFor(failure, isUncommitted: true) ?? SqlStateHandling.SessionEnded;
        metrics.Retried(module, reason);
        Retried(log, module, failure.SqlState ?? "none");
        // The cause has probably affected the idle sessions, too. The failed one is closed when it is returned to the pool.
        if (reason is not SqlStateHandling.LostRace)
            ModuleDataSources.Clear(pool);
    }

    [LoggerMessage(40, LogLevel.Information, "A statement of {Module} failed without effect, with SQLSTATE {SqlState}: it is run a second time", EventName = "database.retried")]
    private static partial void Retried(ILogger logger, string module, string sqlState);
}

public static class StatementRetriesOfSessions
{
    /// <summary>Runs statements in a session of the module, with a second attempt where it is allowed. The work may run twice.</summary>
    public static Task<T> RunAsync<T>(this ModuleDataSources sources, string module, Func<DatabaseSession, Task<T>> work, CancellationToken ct) =>
        sources.RunAsync(module, sources.For(module), work, ct);

    /// <summary>The same for a pool that belongs to no module.</summary>
    internal static async Task<T> RunAsync<T>(
        this ModuleDataSources sources, string name, NpgsqlDataSource pool, Func<DatabaseSession, Task<T>> work, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await using var session = await sources.OpenAsync(pool, ct);
            try
            {
                return await session.RunAsync(work(session));
            }
            catch (NpgsqlException failure) when (isFirst && StatementRetries.ReasonFor(failure, isUncommitted: false) is not null)
            {
                sources.StatementRetries.Prepare(name, pool, failure);
            }
        }
    }
}
