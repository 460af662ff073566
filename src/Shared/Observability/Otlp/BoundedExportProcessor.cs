using System.Diagnostics;
using Observability.Metrics;
using OpenTelemetry;
using Prometheus;

namespace Observability.Otlp;

/// <summary>
/// A batch export processor that retries (<see cref="ExportRetry"/>) and counts what is lost: items that found the queue full, batches that
/// were given up, and items left when the host had to stop. All other items were acknowledged by the collector.
/// </summary>
/// <remarks>
/// The SDK's own processor drops silently. It never becomes full, since no more items are let in than its queue holds, those being exported
/// included.
/// </remarks>
internal sealed class BoundedExportProcessor<T> : BaseExportProcessor<T>
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

    /// <param name="exporter">The exporter. As the processor's own it receives the resource.</param>
    /// <param name="batches">Creates the SDK's batch processor in front of an exporter.</param>
    /// <param name="capacity">The queue's capacity, at most that of the batch processor.</param>
    /// <param name="retry">Retries a batch that the collector did not take. Items that arrive meanwhile wait in the queue.</param>
    /// <param name="signal">The label: <c>traces</c> or <c>logs</c>.</param>
    /// <param name="dropped">The counter of losses.</param>
    /// <param name="failures">Logs the reasons of failed exports.</param>
    public BoundedExportProcessor(BaseExporter<T> exporter, Func<BaseExporter<T>, BaseProcessor<T>> batches, int capacity, ExportRetry retry, string signal,
        DroppedSignals dropped, ExportFailures failures)
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
        // Batches are exported, never single items.
    }

    protected override bool OnForceFlush(int timeoutMilliseconds)
    {
        var started = Stopwatch.GetTimestamp();
        var isDone = _batches.ForceFlush(timeoutMilliseconds) && IsNoneOnItsWay(timeoutMilliseconds, started);
        _hasGivenUp = !isDone;
        return isDone;
    }

    // The SDK considers a batch flushed as soon as the exporter has begun with it.
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
        // A collector that has just let a flush time out is not waited for again.
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

    /// <summary>The exporter that the batch processor calls; it observes the result of each batch.</summary>
    private sealed class Watched(BoundedExportProcessor<T> owner) : BaseExporter<T>
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            var items = ItemsOf(batch);
            var count = items.Length;
            ExportResult result;
            ExportFailures.Begin();
            lock (owner._exporting)
                result = owner._retry.Run(() => owner.exporter.Export(new Batch<T>(items, count)), () => owner._failures.TriedInVain(owner._signal));
            // Capacity is given back only now: while a batch is being exported it takes as much memory as the queued items.
            if (Interlocked.Add(ref owner._waiting, -count) < 0)
                Interlocked.Exchange(ref owner._waiting, 0); // counted as stopped meanwhile
            else if (result is ExportResult.Failure)
                owner._exportFailed.Inc(count);
            owner._failures.End(owner._signal, result is ExportResult.Failure ? count : 0);
            return result;
        }

        // A batch can be read once, which empties the queue. Its records are its own: the SDK copies pooled ones.
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
