using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Finds the spans of one trace, in the order in which they began.</summary>
internal static class TraceLookup
{
    /// <summary>Where the spans are in the view.</summary>
    public static List<(int Segment, int Record)> Find(SegmentView view, TraceKey trace)
    {
        List<(int Segment, int Record)> places = [];
        List<(long Start, int Order)> order = [];
        for (var s = 0; s < view.Segments.Count; s++)
        {
            var segment = view.Segments[s];
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) != trace)
                    continue;
                // Of spans that began at once the later one is the parent, since it ended behind its child.
                order.Add((new SpanRecord(segment[i]).Start, -places.Count));
                places.Add((s, i));
            }
        }
        order.Sort();
        return order.ConvertAll(one => places[-one.Order]);
    }

    /// <summary>Whether there is a span of the trace.</summary>
    public static bool Has(SegmentView view, TraceKey trace)
    {
        foreach (var segment in view.Segments)
        {
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) == trace)
                    return true;
            }
        }
        return false;
    }
}
