using System.Diagnostics;
using OpenTelemetry;

namespace Observability.Tracing;

/// <summary>
/// A span processor that keeps the latest spans in memory, so that traces can be read without a tracing backend. It is bounded by the
/// number of spans and by an estimate of their bytes; the oldest are removed first.
/// </summary>
public sealed class RecentSpans : BaseProcessor<Activity>
{
    // Held for a few memory operations, and only in a host that keeps spans.
    private readonly Lock _gate = new();
    private readonly Queue<Kept> _spans = new();
    private readonly int _most;
    private readonly long _mostBytes;
    private long _bytes;

    internal RecentSpans(int most, long mostBytes) => (_most, _mostBytes) = (most, mostBytes);

    /// <summary>The kept spans, the oldest first.</summary>
    public IReadOnlyList<Activity> All
    {
        get
        {
            lock (_gate)
                return [.. _spans.Select(kept => kept.Span)];
        }
    }

    /// <summary>The estimated size of the kept spans in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public override void OnEnd(Activity data)
    {
        var kept = new Kept(data, SpanSize.Of(data));
        lock (_gate)
        {
            _spans.Enqueue(kept);
            _bytes += kept.Bytes;
            while (_spans.Count > _most || _bytes > _mostBytes)
                _bytes -= _spans.Dequeue().Bytes;
        }
    }

    private readonly record struct Kept(Activity Span, int Bytes);
}
