using System.Buffers;
using ECommerce.Observability.Metrics;
using Prometheus;
using Serilog.Core;
using Serilog.Events;

namespace ECommerce.Observability.Logging;

/// <summary>
/// Formats on the caller's thread and writes in batches on its own. A caller waits for a copy into memory and never for the reader of
/// the lines: what does not fit in the queue is dropped and counted. Disposing it writes what is queued.
/// </summary>
internal sealed class LogWriter : ILogEventSink, IDisposable
{
    private const int LargeLine = 64 * 1024;

    // One write per gathering, however many lines came; a person does not notice the delay.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    // A reader that stalls for ever must not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    private readonly ILineFormat format;
    private readonly Stream destination;
    private readonly int capacity;
    private readonly Counter.Child queueFull;
    private readonly Counter.Child writeFailed;
    private readonly Counter.Child stopped;
    private readonly object gate = new();
    private readonly ManualResetEventSlim stopping = new();
    private readonly Thread writer;
    private ArrayBufferWriter<byte> filling = new(LargeLine);
    private ArrayBufferWriter<byte> draining = new(LargeLine);
    private int fillingLines;
    private bool isStopping;

    public LogWriter(ILineFormat format, Stream destination, int capacity, DroppedSignals dropped)
    {
        (this.format, this.destination, this.capacity) = (format, destination, capacity);
        queueFull = dropped.Of("logs", "queue_full");
        writeFailed = dropped.Of("logs", "write_failed");
        stopped = dropped.Of("logs", "stopped");
        writer = new Thread(WriteBatches) { Name = "log writer", IsBackground = true };
        writer.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        var line = scratch ??= new ArrayBufferWriter<byte>(1024);
        line.ResetWrittenCount();
        format.Write(logEvent, line);
        Enqueue(line.WrittenSpan);

        if (line.Capacity > LargeLine)
            scratch = null; // One huge stack trace does not stay in memory for every thread.
    }

    public void Dispose()
    {
        lock (gate)
        {
            isStopping = true;
            Monitor.Pulse(gate);
        }
        stopping.Set();
        if (writer.Join(Patience))
            stopping.Dispose();
    }

    private void Enqueue(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            if (isStopping)
            {
                stopped.Inc();
                return;
            }
            if (filling.WrittenCount + line.Length > capacity)
            {
                queueFull.Inc();
                return;
            }

            var wasEmpty = fillingLines == 0;
            filling.Write(line);
            fillingLines++;
            if (wasEmpty)
                Monitor.Pulse(gate);
        }
    }

    private void WriteBatches()
    {
        while (WaitForLines())
        {
            stopping.Wait(Gathering);

            int lines;
            lock (gate)
            {
                (filling, draining) = (draining, filling);
                (lines, fillingLines) = (fillingLines, 0);
            }

            try
            {
                destination.Write(draining.WrittenSpan);
                destination.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                writeFailed.Inc(lines); // The reader is gone; the shop goes on.
            }
            draining.ResetWrittenCount();
        }
    }

    /// <summary>False when there is nothing left to write and nothing more will come.</summary>
    private bool WaitForLines()
    {
        lock (gate)
        {
            while (fillingLines == 0)
            {
                if (isStopping)
                    return false;
                Monitor.Wait(gate);
            }
            return true;
        }
    }
}
