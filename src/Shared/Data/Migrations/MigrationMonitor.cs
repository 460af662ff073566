using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>
/// Monitors the migrations of this host from a connection of its own. When they wait for a lock longer than two seconds, it logs which
/// session holds that lock. When the host is to stop, it cancels the running statement.
/// </summary>
internal sealed partial class MigrationMonitor : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _source;
    private readonly string? _sessions;
    private readonly TimeSpan _timeout;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _givenUp;
    private readonly Task _watching;
    private Task _cancelling = Task.CompletedTask;

    private MigrationMonitor(NpgsqlDataSource source, string? sessions, TimeSpan timeout, ILogger log, CancellationToken ct)
    {
        (_source, _sessions, _timeout, _log) = (source, sessions, timeout, log);
        _watching = WatchAsync();
        _givenUp = ct.Register(() => _cancelling = CancelAsync());
    }

    /// <summary>The session that held the lock at the last check.</summary>
    public string Blocker { get; private set; } = "another session";

    /// <summary>A name for the sessions of one start: machine and process id.</summary>
    public static string NewName()
    {
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var machine = Environment.MachineName;
        return $"ecommerce-start {machine[..Math.Min(machine.Length, 30)]} {process} {Random.Shared.Next():x}"; // PostgreSQL keeps 63 bytes
    }

    public static MigrationMonitor Start(NpgsqlDataSource source, string? sessions, TimeSpan timeout, ILogger log, CancellationToken ct) =>
        new(source, sessions, timeout, log, ct);

    public async ValueTask DisposeAsync()
    {
        await _givenUp.DisposeAsync();
        await _over.CancelAsync();
        await _watching;
        await _cancelling;
        _over.Dispose();
    }

    private async Task WatchAsync()
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            string? told = null;
            for (var left = _timeout; ; left -= Interval)
            {
                await Task.Delay(Interval, _over.Token);
                if (await FindBlockerAsync() is not { } blocker)
                    continue;
                Blocker = blocker;
                if (told != blocker)
                    Log.Waiting(_log, told = blocker, Math.Max(0, Math.Round((left - Interval).TotalSeconds)));
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            // The migrations are over, or will report the server's error themselves.
        }
    }

    private async Task<string?> FindBlockerAsync()
    {
        await using var connection = await _source.OpenConnectionAsync(_over.Token);
        var found = await connection.QueryFirstOrDefaultAsync<Session>(new CommandDefinition(SelectBlocker, new { Sessions = _sessions }, cancellationToken: _over.Token));
        return found is null ? null : $"session {found.Pid} ({string.Join(", ", found.Words)})";
    }

    // Scripts run synchronously, so that a token cannot cancel them.
    private async Task CancelAsync()
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            await using var connection = await _source.OpenConnectionAsync(CancellationToken.None);
            await connection.ExecuteAsync(CancelSessions, new { Sessions = _sessions });
        }
        catch (NpgsqlException)
        {
            // A server that is gone runs no statement.
        }
    }

    private sealed record Session(int Pid, string? Application, string? Login, string? Address)
    {
        public IEnumerable<string> Words => ((string?[])[Application, Login is null ? null : $"login {Login}", Address is null ? null : $"from {Address}"])
            .Where(word => !string.IsNullOrEmpty(word)).Select(word => word!);
    }

    private const string SelectBlocker = """
        SELECT holder.pid, holder.application_name AS application, holder.usename AS login, host(holder.client_addr) AS address
        FROM pg_stat_activity AS waiting
        CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocker (pid)
        JOIN pg_stat_activity AS holder ON holder.pid = blocker.pid
        WHERE waiting.application_name = @Sessions AND holder.application_name IS DISTINCT FROM @Sessions
        ORDER BY holder.backend_start
        LIMIT 1
        """;

    private const string CancelSessions = """
        SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = @Sessions AND pid <> pg_backend_pid() AND state = 'active'
        """;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The migrations wait for a lock that {Holder} holds, for {Seconds} s more at most", EventName = "migrations.wait")]
        public static partial void Waiting(ILogger log, string holder, double seconds);
    }
}
