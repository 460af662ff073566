using System.Runtime.InteropServices;
using System.Text;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// Searches traces in one pass over the spans. A trace matches when one of its spans has all terms of a group that are not negated, and none of
/// its spans has a negated one. It belongs to the time in which it began.
/// </summary>
internal sealed class TraceSearch(string moduleAttribute)
{
    private readonly byte[] _module = Encoding.UTF8.GetBytes(moduleAttribute);

    /// <param name="map">Is filled with all matching traces of its time, whatever their duration is; null when nobody asks.</param>
    public IReadOnlyList<TraceSummary> Run(SegmentStore store, TraceQuery query, out bool hasMore, CancellationToken cancellation, HeatMap? map = null)
    {
        // A trace that began in time may end behind it.
        using var view = store.Read(query.From);
        var traces = Gather(view, query.Filter, cancellation);
        var sign = query.IsReversed ? -1 : 1;
        List<(TracePlace Place, int Number)> matching = [];
        for (var i = 0; i < traces.Count; i++)
        {
            var trace = traces[i];
            if (trace.Wanted != query.Filter.AllGroups || trace.IsExcluded || trace.Start < query.From || trace.Start > query.To)
                continue;
            var duration = trace.End - trace.Start;
            map?.Add(trace.Start, duration, trace.Errors > 0);
            if (duration < query.Shortest || duration > query.Longest)
                continue;
            var place = PlaceOf(view, trace, query.Order);
            if (query.After is not { } after || after.CompareTo(place) * sign < 0)
                matching.Add((place, i));
        }
        matching.Sort((one, other) => one.Place.CompareTo(other.Place) * sign);
        hasMore = matching.Count > query.Limit;
        return [.. matching.Take(query.Limit).Select(one => SummaryOf(view, traces[one.Number]))];
    }

    /// <summary>The place of a trace in the list, for the next page.</summary>
    public static TracePlace PlaceOf(TraceSummary trace, TraceOrder order) => order switch
    {
        TraceOrder.Duration => new(trace.Duration, [], trace.Trace),
        TraceOrder.Spans => new(trace.Spans, [], trace.Trace),
        TraceOrder.Errors => new(trace.Errors, [], trace.Trace),
        TraceOrder.Name => new(0, Cut(Encoding.UTF8.GetBytes(trace.Name)), trace.Trace),
        TraceOrder.Module => new(0, Cut(Encoding.UTF8.GetBytes(trace.Module)), trace.Trace),
        _ => new(trace.Start, [], trace.Trace),
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
                trace.Wanted = filter.Found(span, trace.Wanted);
                trace.IsExcluded = trace.IsExcluded || (filter.HasNegation && filter.IsExcluded(span));
            }
        }
        return traces;
    }

    private TraceSummary SummaryOf(SegmentView view, Gathered trace)
    {
        var first = FirstOf(view, trace);
        return new(
            trace.Trace, Encoding.UTF8.GetString(first.Name), Encoding.UTF8.GetString(ModuleOf(first)), trace.Start, trace.End - trace.Start, trace.Spans, trace.Errors);
    }

    private static SpanRecord FirstOf(SegmentView view, Gathered trace) => new(view.Segments[trace.Segment][trace.Record]);

    private ReadOnlySpan<byte> ModuleOf(in SpanRecord span)
    {
        var attributes = span.Attributes;
        for (var left = span.AttributeCount; left > 0; left--)
        {
            if (attributes.Text().SequenceEqual(_module))
                return AttributeValue.Read(ref attributes).Text;
            AttributeValue.Skip(ref attributes);
        }
        return [];
    }

    private TracePlace PlaceOf(SegmentView view, Gathered trace, TraceOrder order) => order switch
    {
        TraceOrder.Duration => new(trace.End - trace.Start, [], trace.Trace),
        TraceOrder.Spans => new(trace.Spans, [], trace.Trace),
        TraceOrder.Errors => new(trace.Errors, [], trace.Trace),
        TraceOrder.Name => new(0, Cut(FirstOf(view, trace).Name), trace.Trace),
        TraceOrder.Module => new(0, Cut(ModuleOf(FirstOf(view, trace))), trace.Trace),
        _ => new(trace.Start, [], trace.Trace),
    };

    private static byte[] Cut(ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, TracePlace.MostText)].ToArray();

    private struct Gathered
    {
        public TraceKey Trace;
        public long Start;
        public long End;
        public int Spans;
        public int Errors;
        public int Segment;
        public int Record;
        public ulong Wanted;
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
