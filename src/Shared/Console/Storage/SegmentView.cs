namespace Observability.Console.Storage;

/// <summary>A lease on the segments of a store, the oldest first. Records that are appended later are not in the view.</summary>
internal sealed class SegmentView : IDisposable
{
    private readonly List<LeasedSegment> _segments;

    public SegmentView(Segment[] segments, long from, long to)
    {
        _segments = new(segments.Length);
        foreach (var segment in segments)
        {
            if (!segment.TryRetain())
                continue; // Evicted a moment ago.
            if (segment.Count > 0 && segment.Latest >= from && segment.Earliest <= to)
                _segments.Add(new(segment, segment.Count));
            else
                segment.Release();
        }
    }

    public IReadOnlyList<LeasedSegment> Segments => _segments;

    public void Dispose()
    {
        foreach (var leased in _segments)
            leased.Segment.Release();
        _segments.Clear();
    }
}

/// <summary>A segment and the number of its records that a view shows.</summary>
internal readonly record struct LeasedSegment(Segment Segment, int Count)
{
    public RecordReader this[int record] => new(Segment.Bytes, Segment.OffsetOf(record));

    public long SequenceOf(int record) => Segment.FirstSequence + record;
}
