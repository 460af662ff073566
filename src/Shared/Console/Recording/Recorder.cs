using System.Diagnostics;
using Microsoft.Extensions.Options;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Logging;
using Observability.Settings;

namespace Observability.Console.Recording;

/// <summary>
/// Takes ended spans and written log lines from the threads that make them, and encodes them into the stores on a thread of its own, which
/// also works while the thread pool is exhausted. A caller pays for one place in a queue: no lock, no I/O, no allocation. What finds a queue
/// full is counted and not kept.
/// </summary>
internal sealed class Recorder : ILogTap, IDisposable
{
    // The thread wakes up by itself, so that a caller has nobody to wake. A span that waits survives a collection, which costs more than to
    // encode it: the busier the host, the shorter the pause, so that few wait.
    private const double FewWaiting = 64;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BoundedQueue<Activity> _spans;
    private readonly ByteRing _lines;
    private readonly SpanCodec _spanCodec;
    private readonly LogCodec _logCodec = new();
    private readonly ManualResetEventSlim _stopping = new(initialState: false, spinCount: 0);
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly Losses _spanLosses = new();
    private readonly Losses _logLosses = new();
    private long _rounds;

    public Recorder(IOptions<ConsoleOptions> options, ConsoleSettings console, ObservabilitySettings settings, TimeProvider time)
    {
        var now = TicksOf(time.GetUtcNow());
        _time = time;
        _spanCodec = new(settings, console.ModuleAttribute);
        (_spans, _lines) = (new(options.Value.QueuedSpans), new(options.Value.QueuedLogBytes));
        (Spans, Logs) = (new(options.Value.SpanBytes, now), new(options.Value.LogBytes, now));
        _thread = new Thread(Encode) { Name = "console recorder", IsBackground = true };
        _thread.Start();
    }

    public SegmentStore Spans { get; }

    public SegmentStore Logs { get; }

    public StoreState SpanState => StoreState.Of(Spans, _spanLosses);

    public StoreState LogState => StoreState.Of(Logs, _logLosses);

    public void Record(Activity span)
    {
        if (!_spans.TryEnqueue(span))
            _spanLosses.QueueFull();
    }

    public void Write(ReadOnlySpan<byte> line)
    {
        if (!_lines.TryWrite(line))
            _logLosses.QueueFull();
    }

    /// <summary>Waits until what was recorded before is in the stores; false when the time is over.</summary>
    public bool Flush(TimeSpan timeout)
    {
        // The round that is going on may have passed the queue already.
        var wanted = Interlocked.Read(ref _rounds) + 2;
        return SpinWait.SpinUntil(() => Interlocked.Read(ref _rounds) >= wanted, timeout);
    }

    public void Dispose()
    {
        _stopping.Set();
        if (_thread.Join(Patience))
            _stopping.Dispose();
    }

    internal static long TicksOf(DateTimeOffset time) => time.UtcTicks - DateTime.UnixEpoch.Ticks;

    private void Encode()
    {
        var pause = LongestPause;
        for (var isStopping = false; !isStopping;)
        {
            isStopping = _stopping.Wait(pause);
            pause = pause * FewWaiting / Math.Max(1, EncodeQueued());
            pause = pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
            Interlocked.Increment(ref _rounds);
        }
    }

    private int EncodeQueued()
    {
        var encoded = 0;
        for (; _spans.TryDequeue(out var span); encoded++)
            Append(Spans, span, _spanCodec, _spanLosses);
        for (var line = _lines.Peek(); !line.IsEmpty; line = _lines.Peek())
        {
            Append(Logs, line, _logCodec, _logLosses);
            _lines.Release();
        }
        _spanLosses.Note(_time);
        _logLosses.Note(_time);
        return encoded;
    }

    private static void Append<T>(SegmentStore store, T item, IRecordCodec<T> codec, Losses losses)
    {
        try
        {
            if (!store.Append(item, codec))
                losses.Failed();
        }
#pragma warning disable CA1031 // An item that cannot be encoded is a lost item, and must not end the thread that keeps all others.
        catch (Exception)
#pragma warning restore CA1031
        {
            losses.Failed();
        }
    }
}
