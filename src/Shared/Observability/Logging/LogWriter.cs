using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observability.Metrics;
using Prometheus;
using Serilog.Core;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>
/// The asynchronous log sink: formats on the caller's thread, queues the bytes, and writes them in batches on a thread of its own. A full
/// queue drops lines and counts them; a caller never waits for the reader. Dispose writes what is queued.
/// </summary>
internal sealed class LogWriter : ILogEventSink, IDisposable
{
    private const int LargeLine = 64 * 1024;
    private const int LargeBatch = 512 * 1024;

    // Lines that arrive within this time are written together; a person does not notice the delay.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    // The time limit of the last write, so that a stalled reader does not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Scratch;

    private readonly ILineFormat _format;
    private readonly ILogTap? _tap;
    private readonly Stream _destination;
    private readonly int _capacity;
    private readonly Counter.Child _queueFull;
    private readonly Counter.Child _writeFailed;
    private readonly Counter.Child _stopped;
    private readonly object _gate = new();
    private readonly ManualResetEventSlim _stopping = new(initialState: false, spinCount: 0);
    private readonly Thread _writer;
    private ArrayBufferWriter<byte> _filling = new(LargeLine);
    private ArrayBufferWriter<byte> _draining = new(LargeLine);
    private int _fillingLines;
    private bool _isStopping;

    public LogWriter(ILineFormat format, Stream destination, int capacity, DroppedSignals dropped, ILogTap? tap = null)
    {
        (_format, _destination, _capacity, _tap) = (format, destination, capacity, tap);
        _queueFull = dropped.Of("logs", "queue_full");
        _writeFailed = dropped.Of("logs", "write_failed");
        _stopped = dropped.Of("logs", "stopped");
        _writer = new Thread(WriteBatches) { Name = "log writer", IsBackground = true };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        var line = Scratch ??= new ArrayBufferWriter<byte>(1024);
        line.ResetWrittenCount();
        _format.Write(logEvent, line);
        _tap?.Write(line.WrittenSpan);
        Enqueue(line.WrittenSpan);

        if (line.Capacity > LargeLine)
            Scratch = null; // A buffer that one huge stack trace has enlarged is released.
    }

    /// <summary>Writes the line as JSON, whatever the configured format.</summary>
    public void Write(ILogLine line, LogLevel level, JsonEncodedText category, JsonEncodedText host)
    {
        var bytes = Scratch ??= new ArrayBufferWriter<byte>(1024);
        bytes.ResetWrittenCount();
        JsonLine.Write(line, level, category, host, bytes);
        _tap?.Write(bytes.WrittenSpan);
        Enqueue(bytes.WrittenSpan);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _stopping.Set();
        if (_writer.Join(Patience))
            _stopping.Dispose();
    }

    private void Enqueue(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                _stopped.Inc();
                return;
            }
            if (_filling.WrittenCount + line.Length > _capacity)
            {
                _queueFull.Inc();
                return;
            }

            var wasEmpty = _fillingLines == 0;
            _filling.Write(line);
            _fillingLines++;
            if (wasEmpty)
                Monitor.Pulse(_gate);
        }
    }

    private void WriteBatches()
    {
        while (WaitForLines())
        {
            _stopping.Wait(Gathering);

            int lines;
            lock (_gate)
            {
                (_filling, _draining) = (_draining, _filling);
                (lines, _fillingLines) = (_fillingLines, 0);
            }

            try
            {
                _destination.Write(_draining.WrittenSpan);
                _destination.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                _writeFailed.Inc(lines); // The reader is gone. Lines are counted as lost.
            }
            _draining.ResetWrittenCount();
            if (_draining.Capacity > LargeBatch)
                _draining = new(LargeLine); // A buffer that a slow reader has enlarged is released.
        }
    }

    /// <summary>Waits for lines. Returns false when the queue is empty and completed.</summary>
    private bool WaitForLines()
    {
        lock (_gate)
        {
            while (_fillingLines == 0)
            {
                if (_isStopping)
                    return false;
                Monitor.Wait(_gate);
            }
            return true;
        }
    }
}
