using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// Measures how long a work item waits in the thread pool's queue, which a request waits before its own duration begins. A dedicated thread
/// queues the item, since a timer of a starved pool would be late itself.
/// </summary>
internal sealed class ThreadPoolQueueDelay(MetricFamilies metrics) : IHostedService, IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Histogram.Child _delay = metrics.Histogram("thread_pool_delay_seconds",
        "Time that a work item waits for a thread of the thread pool, in seconds, sampled twice a second. Requests wait for this before their own duration begins.",
        [.001, .005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10]).With();

    private readonly ManualResetEvent _stopping = new(false);
    private long _queuedAt;
    private volatile bool _isQueued;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Sample) { IsBackground = true, Name = "thread pool delay" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        return Task.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute()
    {
        // While this item waited, no other was queued. The missed samples are added, or a long wait would weigh as little as a short one.
        var waited = Stopwatch.GetElapsedTime(_queuedAt);
        do
        {
            _delay.Observe(waited.TotalSeconds);
            waited -= Interval;
        }
        while (waited > TimeSpan.Zero);
        _isQueued = false;
    }

    // Not disposed: the thread may still wait for it.
    public void Dispose() => _stopping.Set();

    private void Sample()
    {
        while (!_stopping.WaitOne(Interval))
        {
            if (_isQueued)
                continue;
            _isQueued = true;
            _queuedAt = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
