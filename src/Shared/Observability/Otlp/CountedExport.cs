using System.Diagnostics;
using Observability.Metrics;
using OpenTelemetry;
using Prometheus;

namespace Observability.Otlp;

/// <summary>
/// Exports in batches through a bounded queue, retries what the collector did not take (<see cref="ExportRetry"/>), and counts what is lost:
/// what found the queue full, what was given up, and what was left when the host had to go. What was let in and is none of these has been acknowledged.
/// </summary>
/// <remarks>
/// The SDK's own processor drops silently. It is kept from ever being full: nothing more is let in than its queue can hold, what is on
/// its way included.
/// </remarks>
internal sealed class CountedExport<T> : BaseExportProcessor<T>
    where T : class
{
    private readonly BaseProcessor<T> _batches;
    private readonly int _capacity;
    private readonly ExportRetry _retry;
    private readonly object _exporting = new();
    private readonly string _signal;
    private readonly ExportFailures _failures;
    private readonly Counter.Child _queueFull;
    private readonly Counter.Child _exportFailed;
    private readonly Counter.Child _stopped;
    private int _waiting;
    private volatile bool _isStopping;
    private volatile bool _hasGivenUp;

    /// <param name="exporter">Where it goes; as the processor's own exporter it learns the resource.</param>
    /// <param name="batches">Makes the SDK's batch processor in front of an exporter.</param>
    /// <param name="capacity">How many may wait; not more than the batch processor can hold.</param>
    /// <param name="retry">Sends a batch again that the collector did not take. What comes meanwhile waits in the queue.</param>
    /// <param name="signal">The label: <c>traces</c> or <c>logs</c>.</param>
    /// <param name="dropped">Counts the losses.</param>
    /// <param name="failures">Tells the reasons of failed exports.</param>
    public CountedExport(BaseExporter<T> exporter, Func<BaseExporter<T>, BaseProcessor<T>> batches, int capacity, ExportRetry retry, string signal, DroppedSignals dropped, ExportFailures failures)
        : base(exporter)
    {
        (_batches, _capacity, _retry, _signal, _failures) = (batches(new Watched(this)), capacity, retry, signal, failures);
        _queueFull = dropped.Of(signal, "queue_full");
        _exportFailed = dropped.Of(signal, "export_failed");
        _stopped = dropped.Of(signal, "stopped");
    }

    public override void OnEnd(T data)
    {
        if (data is Activity { Recorded: false })
            return;
        if (_isStopping)
        {
            _stopped.Inc();
            return;
        }
        if (Interlocked.Increment(ref _waiting) > _capacity)
        {
            Interlocked.Decrement(ref _waiting);
            _queueFull.Inc();
            return;
        }
        _batches.OnEnd(data);
    }

    protected override void OnExport(T data)
    {
        // The batches are exported, never a single one.
    }

    protected override bool OnForceFlush(int timeoutMilliseconds)
    {
        var started = Stopwatch.GetTimestamp();
        var isDone = _batches.ForceFlush(timeoutMilliseconds) && IsNoneOnItsWay(timeoutMilliseconds, started);
        _hasGivenUp = !isDone;
        return isDone;
    }

    // To the SDK, a batch is flushed as soon as the exporter has begun with it.
    private bool IsNoneOnItsWay(int timeoutMilliseconds, long started)
    {
        var left = timeoutMilliseconds == Timeout.Infinite
            ? Timeout.Infinite
            : Math.Max(0, timeoutMilliseconds - (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (!Monitor.TryEnter(_exporting, left))
            return false;
        Monitor.Exit(_exporting);
        return true;
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        _isStopping = true;
        _retry.Stop();
        // A collector that has just let a flush wait in vain is not waited for a second time.
        _batches.Shutdown(_hasGivenUp ? 0 : timeoutMilliseconds);
        var left = Interlocked.Exchange(ref _waiting, 0);
        _stopped.Inc(left);
        return left == 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _batches.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Sees what becomes of each batch.</summary>
    private sealed class Watched(CountedExport<T> owner) : BaseExporter<T>
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            var items = ItemsOf(batch);
            var count = items.Length;
            ExportResult result;
            ExportFailures.Begin();
            lock (owner._exporting)
                result = owner._retry.Run(() => owner.exporter.Export(new Batch<T>(items, count)), () => owner._failures.TriedInVain(owner._signal));
            // Only now is there room again: while it is on its way, a batch is as much in memory as what waits behind it.
            if (Interlocked.Add(ref owner._waiting, -count) < 0)
                Interlocked.Exchange(ref owner._waiting, 0); // counted as stopped meanwhile
            else if (result is ExportResult.Failure)
                owner._exportFailed.Inc(count);
            owner._failures.End(owner._signal, result is ExportResult.Failure ? count : 0);
            return result;
        }

        // A batch can be read once, and reading it empties the queue. The records of a batch are its own: the SDK copies those of its pool.
        private static T[] ItemsOf(in Batch<T> batch)
        {
            var (items, count) = (new T[batch.Count], 0);
            foreach (var item in batch)
                items[count++] = item;
            return items;
        }

        protected override bool OnShutdown(int timeoutMilliseconds) => owner.exporter.Shutdown(timeoutMilliseconds);
    }
}
