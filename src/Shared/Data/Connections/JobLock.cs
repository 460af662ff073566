using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using ECommerce.Hosting;
using ECommerce.Kernel;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>
/// The locks of periodic jobs: PostgreSQL's advisory locks, each bound to a transaction on a connection of the module's pool. The end of
/// that transaction releases the lock, whatever ends it.
/// </summary>
internal sealed class JobLock(ModuleDataSources sources) : IJobLock
{
    /// <summary>
    /// How long a lock outlives a machine that disappears from the network. The server ends a transaction that is idle for longer; a run
    /// that takes longer goes on without its lock, which is safe, since every job can be repeated.
    /// </summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    // A job holds a connection of its module's pool beside those that it works with: one job of a module at a time leaves the others to
    // requests.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public async Task<bool> TryRunAsync(ModuleName module, string job, Func<Task> work, CancellationToken ct)
    {
        var turn = _turns.GetOrAdd(module.Name, static _ => new(1, 1));
        await turn.WaitAsync(ct);
        try
        {
            return await TryRunLockedAsync(module, job, work, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TryRunLockedAsync(ModuleName module, string job, Func<Task> work, CancellationToken ct)
    {
        await using var session = await TryTakeAsync(module.Name, job, ct);
        if (session is null)
            return false;
        try
        {
            await work();
            return true;
        }
        finally
        {
            await ReleaseAsync(session);
        }
    }

    /// <returns>The session that holds the lock; null when another session holds it.</returns>
    private async Task<DatabaseSession?> TryTakeAsync(string module, string job, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin(); // the job's span says whether it was skipped
        for (var isFirst = true; ; isFirst = false)
        {
            var session = await sources.OpenAsync(module, ct);
            try
            {
                await session.BeginAsync();
                var statement = new CommandDefinition(TryLock, Arguments(module, job), cancellationToken: session.Token);
                if (await session.RunAsync(session.Connection.ExecuteScalarAsync<bool>(statement)))
                    return session;
                await ReleaseAsync(session);
                await session.DisposeAsync();
                return null;
            }
            catch (NpgsqlException failure) when (isFirst && StatementRetries.ReasonFor(failure, isUncommitted: true) is not null)
            {
                await session.DisposeAsync();
                sources.StatementRetries.Prepare(module, sources.For(module), failure);
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        }
    }

    // A rollback would count as wasted work in the server's statistics. Where the commit fails, the connection is gone, and the lock with it.
    private static async Task ReleaseAsync(DatabaseSession session)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            await session.CommitAsync();
        }
        catch (NpgsqlException)
        {
            // Another host may have the lock already.
        }
    }

    private static object Arguments(string module, string job) =>
        new { Job = $"{module}: {job}", LongestHold = LongestHold.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) };

    private const string TryLock = """
        SELECT pg_try_advisory_xact_lock(hashtextextended(@Job, 0))
        FROM (SELECT set_config('idle_in_transaction_session_timeout', @LongestHold, true)) AS limited
        """;
}
