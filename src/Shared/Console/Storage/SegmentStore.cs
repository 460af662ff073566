namespace Observability.Console.Storage;

/// <summary>
/// The encoded records of one signal within a budget in bytes, in the order of their arrival. When the budget is used up the oldest segment
/// is evicted as a whole. One thread appends; readers lease the segments that are there, and wait for nobody.
/// </summary>
internal sealed class SegmentStore
{
    private const int FewestSegments = 2;

    // Half a segment: a record that does not fit into the rest of one wastes no more than that.
    private const int LargestRecord = Segment.Size / 2;

    private readonly SegmentPool _pool = new();
    private readonly RecordWriter _writer = new();
    private readonly int _mostSegments;
    private Segment[] _segments;
    private long _evicted;
    private long _rejected;
    private long _completeSince;

    /// <param name="budget">The bytes of all segments, at least two.</param>
    /// <param name="now">The current time in Unix ticks: from when on the store knows something.</param>
    public SegmentStore(long budget, long now)
    {
        _mostSegments = (int)Math.Max(FewestSegments, budget / Segment.Cost);
        StartedAt = _completeSince = now;
        _segments = [new(_pool, firstSequence: 0)];
        _writer.Open(_segments[0]);
    }

    /// <summary>The number of records that were appended: the sequence number of the next one.</summary>
    public long Appended
    {
        get
        {
            var last = Volatile.Read(ref _segments)[^1];
            return last.FirstSequence + last.Count;
        }
    }

    /// <summary>Records that were removed to make room.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Records that are larger than half a segment, and were not kept.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>The memory of the segments, whether they are full or not.</summary>
    public long Bytes => (long)Volatile.Read(ref _segments).Length * Segment.Cost;

    public long Budget => (long)_mostSegments * Segment.Cost;

    /// <summary>When the store began, in Unix ticks.</summary>
    public long StartedAt { get; }

    /// <summary>The time since which every record that reached the store is still there, in Unix ticks.</summary>
    public long CompleteSince => Interlocked.Read(ref _completeSince);

    /// <summary>Encodes and publishes a record. For one thread.</summary>
    /// <param name="item">The item.</param>
    /// <param name="codec">Encodes the item. It is called twice when the item does not fit into the rest of a segment.</param>
    /// <returns>False when the record is larger than half a segment.</returns>
    public bool Append<T>(T item, IRecordCodec<T> codec)
    {
        if (TryWrite(item, codec, out var isTooLarge))
            return true;
        if (!isTooLarge)
        {
            OpenNext();
            if (TryWrite(item, codec, out _))
                return true;
        }
        Interlocked.Increment(ref _rejected);
        return false;
    }

    /// <summary>Leases the segments that may hold records of a time. Dispose the view, or their memory is never used again.</summary>
    public SegmentView Read(long from = long.MinValue, long to = long.MaxValue) => new(Volatile.Read(ref _segments), from, to);

    private bool TryWrite<T>(T item, IRecordCodec<T> codec, out bool isTooLarge)
    {
        var segment = _segments[^1];
        var start = _writer.Position;
        isTooLarge = segment.Limit - start >= LargestRecord;
        _writer.Begin(Math.Min(segment.Limit, start + LargestRecord));
        var isWritten = false;
        try
        {
            var time = codec.Encode(item, _writer);
            isWritten = !_writer.IsOverflown;
            if (!isWritten)
                return false;
            if (!time.Trace.IsNone)
                segment.Traces.Add(time.Trace);
            segment.Publish(start, time.From, time.To);
            return true;
        }
        finally
        {
            if (!isWritten)
                _writer.Rewind(start);
        }
    }

    private void OpenNext()
    {
        var segments = _segments;
        var from = segments.Length >= _mostSegments ? 1 : 0;
        var oldest = segments[0];
        if (from > 0)
        {
            Interlocked.Add(ref _evicted, oldest.Count);
            Interlocked.Exchange(ref _completeSince, Math.Max(_completeSince, oldest.Latest));
            // The snapshot without it first, so that few readers find it gone.
            Volatile.Write(ref _segments, segments[1..]);
            oldest.Release();
        }
        var next = new Segment(_pool, segments[^1].FirstSequence + segments[^1].Count);
        Volatile.Write(ref _segments, [.. segments[from..], next]);
        _writer.Open(next);
    }
}

/// <summary>What the index needs to know of a record.</summary>
/// <param name="Trace">The trace id, or the default.</param>
/// <param name="From">The first moment, in Unix ticks of 100 ns.</param>
/// <param name="To">The last moment.</param>
internal readonly record struct RecordTime(TraceKey Trace, long From, long To);

/// <summary>Encodes an item as a record.</summary>
internal interface IRecordCodec<in T>
{
    RecordTime Encode(T item, RecordWriter writer);
}
