using System.Buffers.Binary;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Searches within one trace.</summary>
internal static class TraceMatches
{
    /// <summary>The rows of the tree whose span or log record has all terms of the filter.</summary>
    public static HashSet<int> Find(TraceTree tree, SegmentStore spans, SegmentStore logs, Filter filter, CancellationToken cancellation)
    {
        HashSet<ulong> found = [];
        ForEach(spans, tree.Trace, (segment, record) =>
        {
            var span = new SpanRecord(segment[record]);
            if (filter.Matches(span))
                found.Add(BinaryPrimitives.ReadUInt64BigEndian(span.SpanId));
        }, cancellation);
        HashSet<long> lines = [];
        ForEach(logs, tree.Trace, (segment, record) =>
        {
            if (filter.Matches(new LogRecord(segment[record])))
                lines.Add(segment.SequenceOf(record));
        }, cancellation);
        HashSet<int> rows = [];
        for (var i = 0; i < tree.Count; i++)
        {
            ref readonly var row = ref tree[i];
            if (row.Kind is TraceRowKind.Span ? found.Contains(row.Span) : row.Kind is TraceRowKind.Line && lines.Contains(row.Sequence))
                rows.Add(i);
        }
        return rows;
    }

    private static void ForEach(SegmentStore store, TraceKey trace, Action<LeasedSegment, int> visit, CancellationToken cancellation)
    {
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) == trace)
                    visit(segment, i);
            }
        }
    }
}
