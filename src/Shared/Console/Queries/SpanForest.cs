namespace Observability.Console.Queries;

/// <summary>
/// The spans of a trace as intervals with parents, and what follows from them: children in the order of their starts, self times and the
/// critical path. Node <see cref="Top"/> stands for the whole trace; its children are the roots.
/// </summary>
internal sealed class SpanForest
{
    private readonly long[] _starts;
    private readonly long[] _ends;
    private readonly int[] _firstChild;
    private readonly int[] _children;

    /// <param name="starts">When each span began.</param>
    /// <param name="ends">When it ended.</param>
    /// <param name="parents">The parent of each span; -1 for a root. A span that is its own ancestor becomes a root.</param>
    public SpanForest(ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, int[] parents)
    {
        Top = parents.Length;
        (_starts, _ends) = ([.. starts, starts.IsEmpty ? 0 : Least(starts)], [.. ends, ends.IsEmpty ? 0 : Greatest(ends)]);
        CutCycles(parents);
        (_firstChild, _children) = (new int[Top + 2], new int[Top]);
        foreach (var parent in parents)
            _firstChild[(parent < 0 ? Top : parent) + 1]++;
        for (var node = 0; node <= Top; node++)
            _firstChild[node + 1] += _firstChild[node];
        var next = _firstChild[..^1];
        for (var node = 0; node < Top; node++)
            _children[next[parents[node] < 0 ? Top : parents[node]]++] = node;
        for (var node = 0; node <= Top; node++)
            _children.AsSpan(_firstChild[node].._firstChild[node + 1]).Sort(ByStart);
    }

    /// <summary>The node of the whole trace.</summary>
    public int Top { get; }

    public long StartOf(int node) => _starts[node];

    public long EndOf(int node) => _ends[node];

    /// <summary>The children, in the order of their starts.</summary>
    public ReadOnlySpan<int> ChildrenOf(int node) => _children.AsSpan(_firstChild[node].._firstChild[node + 1]);

    /// <summary>The time of a span in which none of its children ran.</summary>
    public long SelfTimeOf(int node)
    {
        var (self, covered) = (0L, _starts[node]);
        foreach (var child in ChildrenOf(node))
        {
            if (_starts[child] > covered)
                self += Math.Min(_starts[child], _ends[node]) - covered;
            covered = Math.Max(covered, Math.Min(_ends[child], _ends[node]));
            if (covered >= _ends[node])
                return self;
        }
        return self + _ends[node] - covered;
    }

    /// <summary>
    /// The critical path, from the end of the trace to its start: of the children that had ended, the one that ended last is what its parent
    /// waited for. A child counts within its parent's time only (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice
    /// Architectures", USENIX ATC 2022).
    /// </summary>
    /// <returns>The nodes with the time in which each was the one to wait for; <see cref="Top"/> where no span was.</returns>
    public List<CriticalPiece> CriticalPath()
    {
        List<CriticalPiece> path = [];
        // A chain of calls may be as deep as the trace has spans.
        Stack<Visit> open = new([Begin(Top, _starts[Top], _ends[Top])]);
        while (open.TryPop(out var visit))
        {
            var next = visit.Next;
            while (next < visit.Children.Length && !IsWaitedFor(visit.Children[next], visit))
                next++;
            if (next == visit.Children.Length)
            {
                Add(path, visit.Node, visit.Start, visit.Until);
                continue;
            }
            var child = visit.Children[next];
            var (start, end) = (Math.Max(_starts[child], visit.Start), Math.Min(_ends[child], visit.End));
            Add(path, visit.Node, end, visit.Until);
            open.Push(visit with { Next = next + 1, Until = start });
            open.Push(Begin(child, start, end));
        }
        return path;
    }

    private bool IsWaitedFor(int child, Visit visit) =>
        Math.Min(_ends[child], visit.End) is var end && end <= visit.Until && end > Math.Max(_starts[child], visit.Start);

    private static void Add(List<CriticalPiece> path, int node, long from, long to)
    {
        if (to > from)
            path.Add(new(node, from, to));
    }

    // The last end first. Of those that ended at once the first to begin, and then the first of the list.
    private Visit Begin(int node, long start, long end)
    {
        var children = ChildrenOf(node).ToArray();
        Array.Sort(children, (one, other) =>
        {
            var order = Math.Min(_ends[other], end).CompareTo(Math.Min(_ends[one], end));
            return order != 0 ? order : ByStart(one, other);
        });
        return new(node, children, 0, start, end, end);
    }

    private int ByStart(int one, int other) => _starts[one] != _starts[other] ? _starts[one].CompareTo(_starts[other]) : one.CompareTo(other);

    private static long Least(ReadOnlySpan<long> values)
    {
        var least = long.MaxValue;
        foreach (var value in values)
            least = Math.Min(least, value);
        return least;
    }

    private static long Greatest(ReadOnlySpan<long> values)
    {
        var greatest = long.MinValue;
        foreach (var value in values)
            greatest = Math.Max(greatest, value);
        return greatest;
    }

    // A peer may send a span whose ancestor is itself. The walk from each span marks its way with its own number.
    private static void CutCycles(int[] parents)
    {
        var marks = new int[parents.Length];
        for (var node = 0; node < parents.Length; node++)
        {
            var at = node;
            while (at >= 0 && marks[at] == 0)
            {
                marks[at] = node + 1;
                var parent = parents[at];
                if (parent >= 0 && marks[parent] == node + 1)
                    parents[at] = -1;
                at = parents[at];
            }
        }
    }

    /// <param name="Node">The span.</param>
    /// <param name="Children">Its children, the last to end first.</param>
    /// <param name="Next">The first child that was not looked at.</param>
    /// <param name="Start">The start of the span, within its parent.</param>
    /// <param name="End">Its end, within its parent.</param>
    /// <param name="Until">The moment to which the path has come, backwards.</param>
    private readonly record struct Visit(int Node, int[] Children, int Next, long Start, long End, long Until);
}

/// <summary>A piece of a critical path.</summary>
internal readonly record struct CriticalPiece(int Node, long From, long To);
