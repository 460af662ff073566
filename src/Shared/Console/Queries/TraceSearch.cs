using System.Runtime.InteropServices;
using System.Text;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>What a list shows of a trace, from its spans that are kept.</summary>
/// <param name="Name">The name of the span that began first.</param>
/// <param name="Module">Its module; empty when it has none.</param>
/// <param name="Start">When it began, in Unix ticks.</param>
/// <param name="Duration">From the first beginning to the last end, in ticks.</param>
/// <param name="Spans">The number of spans.</param>
/// <param name="Errors">How many of them failed.</param>
internal sealed record TraceSummary(TraceKey Trace, string Name, string Module, long Start, long Duration, int Spans, int Errors);

/// <summary>The columns by which a list of traces is sorted, the greatest value first.</summary>
internal enum TraceOrder
{
    Start,
    Duration,
    Spans,
    Errors,
}

/// <summary>A page of a list of traces.</summary>
/// <param name="After">The last trace of the page before: the value of its column, and its id. Null for the first page.</param>
internal sealed record TraceQuery(Filter Filter, long From, long To, TraceOrder Order, int Limit, (long Value, TraceKey Trace)? After);

/// <summary>
/// Searches traces in one pass over the spans. A trace matches when one of its spans has all terms that are not negated, and none of its spans
/// has a negated one. It belongs to the time in which it began.
/// </summary>
internal sealed class TraceSearch(string moduleAttribute)
{
    private static readonly Comparer<(long Value, TraceKey Trace, int Place)> GreatestFirst = Comparer<(long Value, TraceKey Trace, int Place)>.Create(
        static (one, other) => one.Value != other.Value ? other.Value.CompareTo(one.Value)
            : one.Trace.High != other.Trace.High ? other.Trace.High.CompareTo(one.Trace.High) : other.Trace.Low.CompareTo(one.Trace.Low));

    private readonly byte[] _module = Encoding.UTF8.GetBytes(moduleAttribute);

    public IReadOnlyList<TraceSummary> Run(SegmentStore store, TraceQuery query, out bool hasMore, CancellationToken cancellation)
    {
        // A trace that began in time may end behind it.
        using var view = store.Read(query.From);
        var traces = Gather(view, query.Filter, cancellation);
        List<(long Value, TraceKey Trace, int Place)> matching = [];
        for (var i = 0; i < traces.Count; i++)
        {
            var trace = traces[i];
            if (!trace.IsWanted || trace.IsExcluded || trace.Start < query.From || trace.Start > query.To)
                continue;
            var place = (ValueOf(trace, query.Order), trace.Trace, i);
            if (query.After is not { } after || GreatestFirst.Compare((after.Value, after.Trace, 0), place) < 0)
                matching.Add(place);
        }
        matching.Sort(GreatestFirst);
        hasMore = matching.Count > query.Limit;
        return [.. matching.Take(query.Limit).Select(one => SummaryOf(view, traces[one.Place]))];
    }

    /// <summary>The value of a trace in a column, for the next page.</summary>
    public static long ValueOf(TraceSummary trace, TraceOrder order) => order switch
    {
        TraceOrder.Duration => trace.Duration,
        TraceOrder.Spans => trace.Spans,
        TraceOrder.Errors => trace.Errors,
        _ => trace.Start,
    };

    private static List<Gathered> Gather(SegmentView view, Filter filter, CancellationToken cancellation)
    {
        List<Gathered> traces = [];
        Dictionary<TraceKey, int> places = [];
        for (var s = 0; s < view.Segments.Count; s++)
        {
            cancellation.ThrowIfCancellationRequested();
            var segment = view.Segments[s];
            for (var i = 0; i < segment.Count; i++)
            {
                var span = new SpanRecord(segment[i]);
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, span.Trace, out var isKnown);
                if (!isKnown)
                {
                    place = traces.Count;
                    traces.Add(new() { Trace = span.Trace, Start = long.MaxValue });
                }
                ref var trace = ref CollectionsMarshal.AsSpan(traces)[place];
                trace.Add(span, s, i);
                trace.IsWanted = trace.IsWanted || filter.HasWanted(span);
                trace.IsExcluded = trace.IsExcluded || (filter.HasNegation && filter.IsExcluded(span));
            }
        }
        return traces;
    }

    private TraceSummary SummaryOf(SegmentView view, Gathered trace)
    {
        var first = new SpanRecord(view.Segments[trace.Segment][trace.Record]);
        return new(trace.Trace, Encoding.UTF8.GetString(first.Name), ModuleOf(first), trace.Start, trace.End - trace.Start, trace.Spans, trace.Errors);
    }

    private string ModuleOf(in SpanRecord span)
    {
        var attributes = span.Attributes;
        for (var left = span.AttributeCount; left > 0; left--)
        {
            if (attributes.Text().SequenceEqual(_module))
                return Encoding.UTF8.GetString(AttributeValue.Read(ref attributes).Text);
            AttributeValue.Skip(ref attributes);
        }
        return "";
    }

    private static long ValueOf(Gathered trace, TraceOrder order) => order switch
    {
        TraceOrder.Duration => trace.End - trace.Start,
        TraceOrder.Spans => trace.Spans,
        TraceOrder.Errors => trace.Errors,
        _ => trace.Start,
    };

    private struct Gathered
    {
        public TraceKey Trace;
        public long Start;
        public long End;
        public int Spans;
        public int Errors;
        public int Segment;
        public int Record;
        public bool IsWanted;
        public bool IsExcluded;

        public void Add(in SpanRecord span, int segment, int record)
        {
            // A parent ends behind its child, so that of two that began at once the later one is the parent.
            if (span.Start <= Start)
                (Start, Segment, Record) = (span.Start, segment, record);
            End = Math.Max(End, span.Start + span.Duration);
            Spans++;
            Errors += span.IsError ? 1 : 0;
        }
    }
}
