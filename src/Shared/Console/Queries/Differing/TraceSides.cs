using System.Runtime.InteropServices;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries.Differing;

/// <summary>On which side of a comparison a trace is.</summary>
internal enum TraceSide
{
    None,
    Rest,
    Selected,
}

/// <summary>
/// The traces of a view, in one pass: each trace's side, and how many pairs its spans have at most. A trace matches a filter as in a list of
/// traces: one span has all terms of a group that are not negated, and none has a negated one.
/// </summary>
internal sealed class TraceSides
{
    // A name and a status beside the attributes.
    private const int OtherPairs = 2;

    private readonly Dictionary<TraceKey, int> _places = [];
    private readonly List<Trace> _traces = [];
    private readonly DifferenceQuery _query;
    private uint _oneIn;

    public TraceSides(SegmentView view, DifferenceQuery query, int oneIn, CancellationToken cancellation)
    {
        (_query, _oneIn) = (query, (uint)oneIn);
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < segment.Count; i++)
            {
                if (IsInSample(SpanRecord.TraceOf(segment[i])))
                    Add(new SpanRecord(segment[i]));
            }
        }
        foreach (ref var trace in CollectionsMarshal.AsSpan(_traces))
            trace.Side = SideOf(trace);
    }

    /// <summary>One in so many traces takes part.</summary>
    public int OneIn => (int)_oneIn;

    public int Count => _traces.Count;

    /// <summary>The most pairs of the traces that have a side.</summary>
    public long Pairs => _traces.Sum(trace => trace.Side is TraceSide.None ? 0L : trace.Pairs);

    /// <summary>The place of a trace among the others; -1 when it has no side.</summary>
    public int Find(TraceKey trace) => IsInSample(trace) && _places.TryGetValue(trace, out var place) && _traces[place].Side is not TraceSide.None ? place : -1;

    public TraceSide SideOf(int place) => _traces[place].Side;

    public int PairsOf(int place) => _traces[place].Side is TraceSide.None ? 0 : _traces[place].Pairs;

    public int CountOf(TraceSide side) => _traces.Count(trace => trace.Side == side);

    /// <summary>Leaves out traces, evenly by their ids, until the others have at most so many pairs.</summary>
    public void Thin(long mostPairs)
    {
        var pairs = Pairs;
        if (pairs <= mostPairs)
            return;
        _oneIn *= (uint)((pairs / mostPairs) + 1);
        foreach (var (key, place) in _places)
        {
            if (!IsInSample(key))
                CollectionsMarshal.AsSpan(_traces)[place].Side = TraceSide.None;
        }
    }

    private bool IsInSample(TraceKey trace) => _oneIn == 1 || (uint)(trace.Hash >> 32) % _oneIn == 0;

    private void Add(in SpanRecord span)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, span.Trace, out var isKnown);
        if (!isKnown)
        {
            place = _traces.Count;
            _traces.Add(new() { Start = long.MaxValue });
        }
        ref var trace = ref CollectionsMarshal.AsSpan(_traces)[place];
        trace.Start = Math.Min(trace.Start, span.Start);
        trace.End = Math.Max(trace.End, span.Start + span.Duration);
        trace.Pairs += span.AttributeCount + OtherPairs;
        Match(_query.Filter, span, ref trace.Wanted, ref trace.IsExcluded);
        Match(_query.Selection.Filter, span, ref trace.Selected, ref trace.IsUnselected);
    }

    private static void Match(Filter filter, in SpanRecord span, ref ulong wanted, ref bool isExcluded)
    {
        wanted = filter.Found(span, wanted);
        isExcluded = isExcluded || (filter.HasNegation && filter.IsExcluded(span));
    }

    private TraceSide SideOf(Trace trace)
    {
        if (trace.Wanted != _query.Filter.AllGroups || trace.IsExcluded || trace.Start < _query.From || trace.Start > _query.To)
            return TraceSide.None;
        var (selection, duration) = (_query.Selection, trace.End - trace.Start);
        return trace.Selected == selection.Filter.AllGroups && !trace.IsUnselected && trace.Start >= selection.From && trace.Start <= selection.To
            && duration >= selection.Shortest && duration <= selection.Longest ? TraceSide.Selected : TraceSide.Rest;
    }

    private struct Trace
    {
        public long Start;
        public long End;
        public int Pairs;
        public TraceSide Side;
        public ulong Wanted;
        public ulong Selected;
        public bool IsExcluded;
        public bool IsUnselected;
    }
}
