namespace Observability.Console.Tests;

/// <summary>
/// Self times and critical paths of small trees, tick by tick and by search alone, without sorting or intervals. The node -1 is the whole
/// trace.
/// </summary>
internal sealed class ForestOracle(long[] starts, long[] ends, int[] parents)
{
    public long SelfTimeOf(int node)
    {
        var (start, end) = TimeOf(node);
        return Ticks(start, end).Count(tick => !ChildrenOf(node).Any(child => starts[child] <= tick && tick < ends[child]));
    }

    /// <summary>For each tick of the trace the node for which its end waits.</summary>
    public IReadOnlyList<(int Tick, int Node)> CriticalPath()
    {
        var (start, end) = TimeOf(-1);
        var path = new Dictionary<long, int>();
        Walk(-1, start, end, path);
        return [.. path.OrderBy(one => one.Key).Select(one => ((int)one.Key, one.Value))];
    }

    private void Walk(int node, long start, long end, Dictionary<long, int> path)
    {
        var tick = end;
        while (tick > start)
        {
            var now = tick;
            // Of the children that end now, the longest; with several of those the first.
            var ended = ChildrenOf(node).Where(child => Math.Min(ends[child], end) == now && Math.Max(starts[child], start) < now).ToList();
            if (ended.Count == 0)
            {
                path.Add(--tick, node);
                continue;
            }
            var longest = ended.MinBy(child => starts[child]);
            var from = Math.Max(starts[longest], start);
            Walk(longest, from, now, path);
            tick = from;
        }
    }

    private IEnumerable<int> ChildrenOf(int node) => Enumerable.Range(0, parents.Length).Where(child => parents[child] == node);

    private (long Start, long End) TimeOf(int node) => node < 0 ? (starts.Min(), ends.Max()) : (starts[node], ends[node]);

    private static IEnumerable<long> Ticks(long start, long end)
    {
        for (var tick = start; tick < end; tick++)
            yield return tick;
    }
}
