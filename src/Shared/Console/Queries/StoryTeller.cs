using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Makes the story of a trace from the spans that are kept.</summary>
internal sealed class StoryTeller(IReadOnlyList<string> attributes, string moduleAttribute)
{
    /// <summary>The story; null when no span of the trace is kept.</summary>
    public TraceStory? Tell(SegmentStore store, TraceKey trace, CancellationToken cancellation)
    {
        var ties = new StoryTies(attributes);
        IReadOnlyList<(TraceKey Trace, StoryTie Tie, string Means)> found;
        using (var view = store.Read())
            found = ties.Find(view, trace, cancellation);
        var arrows = ties.ArrowsOf(found.Select(one => one.Trace).ToHashSet());
        var ends = arrows.SelectMany(arrow => new[] { arrow.FromSpan, arrow.ToSpan }).ToHashSet();

        List<StoryPart> parts = [];
        var gone = 0;
        foreach (var (one, tie, means) in found)
        {
            if (TraceTree.Read(store, logs: null, one, moduleAttribute, cancellation, TraceStory.MostSpans) is { } tree)
                parts.Add(PartOf(tree, tie, means, ends));
            else
                gone++;
        }
        if (parts.All(part => part.Trace != trace))
            return null;
        parts.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        var shown = parts.SelectMany(part => part.Steps.Select(step => (part.Trace, step.Span))).ToHashSet();
        return new(
            parts, [.. arrows.Where(arrow => shown.Contains((arrow.FromTrace, arrow.FromSpan)) && shown.Contains((arrow.ToTrace, arrow.ToSpan))).Take(TraceStory.MostArrows)],
            gone, ties.IsCut);
    }

    private static StoryPart PartOf(TraceTree tree, StoryTie tie, string means, HashSet<ulong> ends)
    {
        var isShown = Choose(tree, ends);
        // For each row the place of its nearest shown ancestor, itself included.
        var nearest = new int[tree.Count];
        List<StoryStep> steps = [];
        for (var i = 0; i < tree.Count; i++)
        {
            ref readonly var row = ref tree[i];
            nearest[i] = row.Parent < 0 ? -1 : nearest[row.Parent];
            if (!isShown[i])
            {
                if (nearest[i] >= 0)
                    steps[nearest[i]] = steps[nearest[i]] with { Hidden = steps[nearest[i]].Hidden + 1 };
                continue;
            }
            var depth = nearest[i] < 0 ? 0 : steps[nearest[i]].Depth + 1;
            nearest[i] = steps.Count;
            steps.Add(new(row.Span, row.Name, row.Owner, row.SpanKind, row.IsError, depth, row.Start, row.Duration, Hidden: 0));
        }
        var first = steps[0];
        return new(tree.Trace, tie, means, first.Name, first.Owner, tree.Start, tree.End - tree.Start, tree.Spans, tree.Errors, steps);
    }

    // The ends of arrows, and what is no statement, the least deep first.
    private static bool[] Choose(TraceTree tree, HashSet<ulong> ends)
    {
        var isShown = new bool[tree.Count];
        List<(bool IsNoEnd, int Depth, int Row)> candidates = [];
        for (var i = 0; i < tree.Count; i++)
        {
            ref readonly var row = ref tree[i];
            var isEnd = ends.Contains(row.Span);
            if (row.Kind is TraceRowKind.Span && (isEnd || !row.IsStatement))
                candidates.Add((!isEnd, row.Depth, i));
        }
        candidates.Sort();
        foreach (var (_, _, row) in candidates.Take(TraceStory.MostSteps))
            isShown[row] = true;
        // A trace of statements alone still has a first one.
        if (candidates.Count == 0)
            isShown[FirstSpanOf(tree)] = true;
        return isShown;
    }

    private static int FirstSpanOf(TraceTree tree)
    {
        var first = 0;
        while (tree[first].Kind is not TraceRowKind.Span)
            first++;
        return first;
    }
}
