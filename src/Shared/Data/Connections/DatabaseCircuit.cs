using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Data;

/// <summary>
/// The circuit breaker between the host and its database server. While it is open, every call fails at once with a <see
/// cref="DatabaseAwayException"/>, and calls in flight are abandoned. Callers never open it: they report a suspicion, and <see
/// cref="DatabaseProbe"/> asks the server. A slow statement, a violated constraint or an exhausted pool therefore cannot open it (ADR
/// 0037).
/// </summary>
public sealed partial class DatabaseCircuit(CircuitMetrics metrics, IOptions<DatabaseOptions> options, ILogger<DatabaseCircuit> log) : IDisposable
{
    private const int Modules = 3;

    private readonly SemaphoreSlim _suspicion = new(0, 1);
    // Cancelled while the circuit is open. A previous source is not disposed, since calls may still be linked to it.
    private volatile CancellationTokenSource _opened = new();
    private volatile TaskCompletionSource _closed = new();
    private long _openedAt;

    public bool IsOpen => _opened.IsCancellationRequested;

    /// <summary>A token that is cancelled when the circuit opens.</summary>
    public CancellationToken Opened => _opened.Token;

    /// <exception cref="DatabaseAwayException">The circuit is open.</exception>
    internal void ThrowIfOpen()
    {
        if (IsOpen)
            throw new DatabaseAwayException();
    }

    /// <summary>Reports that the server may be unavailable. The probe asks it once for all suspicions of that time.</summary>
    internal void Suspect()
    {
        if (_suspicion.CurrentCount > 0)
            return;
        try
        {
            _suspicion.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another caller has reported it meanwhile.
        }
    }

    internal Task WaitForSuspicionAsync(CancellationToken ct) => _suspicion.WaitAsync(ct);

    /// <summary>Completes when the circuit is closed, at once if it is.</summary>
    public Task WaitUntilClosedAsync(CancellationToken ct) => IsOpen ? _closed.Task.WaitAsync(ct) : Task.CompletedTask;

    /// <returns>Whether the circuit was closed before.</returns>
    internal async Task<bool> OpenAsync(ServerOutage absence)
    {
        if (IsOpen)
            return false;
        _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _openedAt = Stopwatch.GetTimestamp();
        metrics.Opened(absence);
        AddThreads(Modules * options.Value.MaxPoolSize);
        Log.Away(log, absence);
        await _opened.CancelAsync();
        return true;
    }

    internal void Close()
    {
        if (!IsOpen)
            return;
        _opened = new();
        AddThreads(-Modules * options.Value.MaxPoolSize);
        metrics.Closed();
        Log.Back(log, Math.Round(Stopwatch.GetElapsedTime(_openedAt).TotalSeconds, 3));
        _closed.SetResult();
    }

    // A statement that waits for the answer to its BEGIN cannot be cancelled. At its own limit the driver then blocks a thread of the pool
    // for AcquireTimeout, at most one for each connection. Requests without database access would wait for those threads.
    private static void AddThreads(int count)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(workers + count, completions);
    }

    public void Dispose()
    {
        _suspicion.Dispose();
        _opened.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The database is away ({Absence}): calls are refused until it answers", EventName = "database.away")]
        public static partial void Away(ILogger log, ServerOutage absence);

        [LoggerMessage(LogLevel.Information, "The database answers again after {Seconds} s", EventName = "database.back")]
        public static partial void Back(ILogger log, double seconds);
    }
}
