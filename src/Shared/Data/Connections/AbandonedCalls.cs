using System.Collections.Concurrent;

namespace ECommerce.Data;

/// <summary>
/// Cancels database calls that no caller waits for any more, and closes their connections. The driver cancels a statement synchronously: it
/// opens another connection, sends the cancel request and waits until the server closes that connection, which a silent server does not do
/// before <see cref="DatabaseOptions.AcquireTimeout"/>. Therefore a few threads outside the thread pool do it. The number of calls is
/// bounded by that of connections and of callers that wait for one.
/// </summary>
public sealed class AbandonedCalls(CircuitMetrics metrics) : IDisposable
{
    private const int Threads = 4;

    private readonly BlockingCollection<CancellationTokenSource> _queue = [];
    private readonly Lock _lock = new();
    private int _started;

    /// <param name="call">The call. Its result and its exception are ignored.</param>
    /// <param name="cancellation">The source of the token that the driver was given.</param>
    internal void Add(Task call, CancellationTokenSource cancellation)
    {
        metrics.AbandonedCalls.Inc();
        call.ContinueWith(
            static (ended, state) =>
            {
                _ = ended.Exception; // observed
                ((CircuitMetrics)state!).AbandonedCalls.Dec();
            },
            metrics, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        StartThread();
        try
        {
            _queue.Add(cancellation);
        }
        catch (InvalidOperationException)
        {
            // The host has stopped, and its connections end with the process.
        }
    }

    public void Dispose() => _queue.CompleteAdding();

    // Started on first use: most hosts never need such a thread.
    private void StartThread()
    {
        lock (_lock)
        {
            if (_started == Threads)
                return;
            _started++;
        }

        new Thread(CancelAll) { IsBackground = true, Name = "abandoned calls" }.Start();
    }

    private void CancelAll()
    {
        foreach (var cancellation in _queue.GetConsumingEnumerable())
        {
            try
            {
                cancellation.Cancel();
            }
            catch (Exception failure) when (failure is ObjectDisposedException or AggregateException)
            {
                // The call has completed meanwhile.
            }
        }
    }
}
