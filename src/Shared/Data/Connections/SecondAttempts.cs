using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The second attempt of a statement or a transaction of which the first left nothing behind: because PostgreSQL says so
/// (<see cref="SqlStates"/>), or because it cannot have been committed. There is no third.
/// </summary>
public sealed partial class SecondAttempts(DatabaseMetrics metrics, ILogger<SecondAttempts> log)
{
    /// <summary>Why a second attempt is right; null when it is not.</summary>
    /// <param name="failure">The first attempt's.</param>
    /// <param name="isUncommitted">
    /// Whether a broken connection ends it without effect: a transaction whose COMMIT was not sent, or a query that changes nothing. Time
    /// that is up is no such end, since a second attempt would take as long again.
    /// </param>
    internal static SqlStateAnswer? ReasonFor(NpgsqlException failure, bool isUncommitted) => failure switch
    {
        PostgresException error => SqlStates.AllowsSecondAttempt(error) ? SqlStates.Of(error).Answer : null,
        { InnerException: IOException } => isUncommitted || FrameworkInternals.WasNotSent(failure) ? SqlStateAnswer.SessionEnded : null,
        _ => null,
    };

    /// <summary>Whether the session that failed is of no use any more: work that is repeated later closes the pool's idle sessions first.</summary>
    public static bool NeedsNewSession(Exception failure) =>
        failure is NpgsqlException known && ReasonFor(known, isUncommitted: true) is SqlStateAnswer.StaleStatement or SqlStateAnswer.SessionEnded;

    /// <summary>Counts the attempt, and sees to it that it gets a new session where the old ones are of no use.</summary>
    internal void Prepare(string module, NpgsqlDataSource pool, NpgsqlException failure)
    {
        var reason = ReasonFor(failure, isUncommitted: true) ?? SqlStateAnswer.SessionEnded;
        metrics.Retried(module, reason);
        Retried(log, module, failure.SqlState ?? "none");
        // What has befallen this session has probably befallen the idle ones, too. It is closed itself when it goes back to the pool.
        if (reason is not SqlStateAnswer.LostRace)
            pool.Clear();
    }

    [LoggerMessage(40, LogLevel.Information, "A statement of {Module} failed without effect, with SQLSTATE {SqlState}: it is run a second time", EventName = "database.retried")]
    private static partial void Retried(ILogger logger, string module, string sqlState);
}

public static class SecondAttemptsOfSessions
{
    /// <summary>Runs statements in a session of the module, a second time where that is right. For work that may run twice.</summary>
    public static Task<T> RunAsync<T>(this ModuleDataSources sources, string module, Func<DatabaseSession, Task<T>> work, CancellationToken ct) =>
        sources.RunAsync(module, sources.For(module), work, ct);

    /// <summary>The same on a pool that belongs to no module.</summary>
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
            catch (NpgsqlException failure) when (isFirst && SecondAttempts.ReasonFor(failure, isUncommitted: false) is not null)
            {
                sources.SecondAttempts.Prepare(name, pool, failure);
            }
        }
    }
}
