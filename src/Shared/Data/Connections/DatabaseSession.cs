using System.Net.Sockets;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// A connection for one unit of work. Each call waits at most until its caller's token is cancelled, its time limit is over, or the <see
/// cref="DatabaseCircuit"/> opens. A call that takes longer is abandoned: the caller continues at once, the connection is closed in the
/// background, and the session cannot be used any more.
/// </summary>
public sealed class DatabaseSession : IAsyncDisposable
{
    private readonly DatabaseCircuit _circuit;
    private readonly AbandonedCalls _abandonedCalls;
    private readonly DatabaseOptions _options;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _waiting;
    // The driver's cancellation callbacks block (see AbandonedCalls), so that the driver never gets the token of a caller.
    private readonly CancellationTokenSource _driver = new();
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private Task? _abandoned;

    private DatabaseSession(DatabaseCircuit circuit, AbandonedCalls abandonedCalls, DatabaseOptions options, CancellationToken caller)
    {
        (_circuit, _abandonedCalls, _options, _caller) = (circuit, abandonedCalls, options, caller);
        _waiting = CancellationTokenSource.CreateLinkedTokenSource(caller, circuit.Opened);
    }

    public NpgsqlConnection Connection => _connection!;

    /// <summary>The token for calls on <see cref="Connection"/>; cancelled when a call is abandoned.</summary>
    public CancellationToken Token => _driver.Token;

    /// <exception cref="DatabaseAwayException">The circuit is open, or opened meanwhile.</exception>
    /// <exception cref="NpgsqlException">No connection was available in time.</exception>
    internal static async ValueTask<DatabaseSession> OpenAsync(
        NpgsqlDataSource source, DatabaseCircuit circuit, AbandonedCalls abandonedCalls, DatabaseOptions options, CancellationToken caller)
    {
        caller.ThrowIfCancellationRequested();
        circuit.ThrowIfOpen();
        var session = new DatabaseSession(circuit, abandonedCalls, options, caller);
        try
        {
            var opening = source.OpenConnectionAsync(session.Token);
            session._connection = opening.IsCompletedSuccessfully
                ? opening.Result
                // The driver's own limit comes first, since its exception says what it waited for.
                : await session.WaitAsync(opening.AsTask(), options.AcquireTimeout + options.SilenceTimeout, session._waiting.Token);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a call that was begun with <see cref="Token"/>, until the caller's token is cancelled.</summary>
    /// <exception cref="DatabaseAwayException">The circuit opened meanwhile.</exception>
    /// <exception cref="NpgsqlException">The call failed or exceeded its time limit.</exception>
    public Task<T> RunAsync<T>(Task<T> call) => call.IsCompletedSuccessfully ? call : WaitAsync(call, _options.CommandTimeout, _waiting.Token);

    /// <inheritdoc cref="RunAsync{T}(Task{T})"/>
    public Task RunAsync(Task call) => call.IsCompletedSuccessfully ? call : WaitAsync(Typed(call), _options.CommandTimeout, _waiting.Token);

    /// <summary>Waits for a call regardless of the caller's token, such as a COMMIT.</summary>
    public Task FinishAsync(Task call) => call.IsCompletedSuccessfully ? call : WaitAsync(Typed(call), _options.CommandTimeout, _circuit.Opened);

    /// <summary>Begins a transaction. It is rolled back on dispose unless it was committed.</summary>
    public async Task<NpgsqlTransaction> BeginAsync() => _transaction = await RunAsync(Connection.BeginTransactionAsync(Token).AsTask());

    // From here on there is no cancellation: a COMMIT that was sent may have happened.
    public async Task CommitAsync()
    {
        var transaction = _transaction!;
        _transaction = null;
        await FinishAsync(transaction.CommitAsync(Token));
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null && _abandoned is null)
            await RollBackAsync(_transaction);
        _waiting.Dispose();
        if (_abandoned is { IsCompleted: false } abandoned)
            _ = abandoned.ContinueWith(
                static (call, state) => ((DatabaseSession)state!).CloseAsync(call), this, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        else
            await CloseAsync(_abandoned);
    }

    private async Task RollBackAsync(NpgsqlTransaction transaction)
    {
        try
        {
            if (Connection.State is System.Data.ConnectionState.Open)
                await FinishAsync(transaction.RollbackAsync(Token));
        }
        catch (NpgsqlException)
        {
            // The server rolls back a transaction that was not committed.
        }
    }

    private async Task CloseAsync(Task? ended)
    {
        if (ended is null)
            _driver.Dispose(); // another thread may be about to cancel it otherwise; it holds neither a timer nor a handle
        _connection ??= (ended as Task<NpgsqlConnection>) is { IsCompletedSuccessfully: true } opened ? opened.Result : null;
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private async Task<T> WaitAsync<T>(Task<T> call, TimeSpan limit, CancellationToken waiting)
    {
        var patience = _options.Patience < limit ? _options.Patience : limit;
        await ((Task)call).WaitAsync(patience, waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompleted && !waiting.IsCancellationRequested)
        {
            _circuit.Suspect();
            await ((Task)call).WaitAsync(limit - patience, waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!call.IsCompleted)
        {
            _abandoned = call;
            _abandonedCalls.Add(call, _driver);
            await Task.Yield(); // the cancelling thread may have many calls to cancel
            if (waiting.IsCancellationRequested)
                throw _caller.IsCancellationRequested ? new OperationCanceledException(_caller) : new DatabaseAwayException();
            throw new NpgsqlException($"The server did not answer within {limit.TotalSeconds:0.###} s.", new TimeoutException());
        }

        if (call.Exception?.InnerException is { } failure && IsOfTheServer(failure))
            _circuit.Suspect();
        return await call;
    }

    private static async Task<bool> Typed(Task call)
    {
        await call;
        return true;
    }

    private static bool IsOfTheServer(Exception failure) => failure switch
    {
        PostgresException refusal => DatabaseProbe.IsGoingAway(refusal),
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };
}
