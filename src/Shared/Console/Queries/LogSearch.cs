using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>A page of log records, or of spans one by one. Sequence numbers are those of the store.</summary>
/// <param name="Filter">What is searched for.</param>
/// <param name="From">The earliest time in Unix ticks.</param>
/// <param name="To">The latest.</param>
/// <param name="Limit">The most records.</param>
internal sealed record RecordQuery(Filter Filter, long From, long To, int Limit)
{
    /// <summary>Only records before this sequence number, when records are read from the newest.</summary>
    public long Before { get; init; } = long.MaxValue;
}

/// <summary>Takes a found record; false when it has no room, so that the search ends in front of the record.</summary>
internal delegate bool TakeRecord(LeasedSegment segment, int record);

/// <summary>How a search ended.</summary>
/// <param name="Next">The sequence number in front of which the next page begins; null when nothing is left.</param>
/// <param name="IsCut">Whether the answer's size ended the search, and not the limit.</param>
internal readonly record struct SearchEnd(long? Next, bool IsCut);

/// <summary>Searches log records from the newest to the oldest.</summary>
internal static class LogSearch
{
    public static SearchEnd Run(SegmentStore store, RecordQuery query, TakeRecord take, CancellationToken cancellation)
    {
        using var view = store.Read(query.From, query.To);
        var found = 0;
        for (var s = view.Segments.Count - 1; s >= 0; s--)
        {
            cancellation.ThrowIfCancellationRequested();
            var segment = view.Segments[s];
            for (var i = (int)Math.Min(segment.Count, query.Before - segment.Segment.FirstSequence) - 1; i >= 0; i--)
            {
                var record = new LogRecord(segment[i]);
                if (record.Time < query.From || record.Time > query.To || !query.Filter.Matches(record))
                    continue;
                // The page is full, and there is one more.
                if (found == query.Limit)
                    return new(segment.SequenceOf(i) + 1, IsCut: false);
                if (!take(segment, i))
                    return new(segment.SequenceOf(i) + 1, IsCut: true);
                found++;
            }
        }
        return default;
    }
}
