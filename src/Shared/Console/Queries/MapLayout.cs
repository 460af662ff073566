namespace Observability.Console.Queries;

/// <summary>A part of the map with its place: a column, and a row within it. Both count from 0.</summary>
internal sealed record PlacedNode(MapNode Node, int Column, int Row);

/// <summary>A map with places for its parts.</summary>
/// <param name="Nodes">The parts, column by column, each from its first row.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Rows">The rows of the longest column.</param>
internal sealed record PlacedMap(IReadOnlyList<PlacedNode> Nodes, int Columns, int Rows);

/// <summary>
/// Lays a map out in columns, so that calls lead to the right: a part stands one column behind the last of its callers. It is the layered
/// drawing of Sugiyama, Tagawa and Toda (1981) with its simplest steps: layers by the longest path, and four sweeps that order each column by
/// the mean row of its neighbours. Equal maps get equal places, in whichever order their edges come.
/// </summary>
internal static class MapLayout
{
    private const int Sweeps = 4;

    public static PlacedMap Place(IReadOnlyList<MapEdge> edges)
    {
        MapNode[] nodes = [.. edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct().OrderBy(RankOf).ThenBy(node => node.Name, StringComparer.Ordinal)];
        var places = nodes.Select((node, place) => (node, place)).ToDictionary(one => one.node, one => one.place);
        (int From, int To)[] links = [.. edges.Select(edge => (places[edge.From], places[edge.To])).Where(link => link.Item1 != link.Item2).Distinct().Order()];
        var column = Layers(nodes.Length, WithoutCycles(nodes.Length, links));
        var columns = Enumerable.Range(0, column.Length == 0 ? 0 : column.Max() + 1)
            .Select(one => Enumerable.Range(0, nodes.Length).Where(node => column[node] == one).ToList()).ToList();
        Order(columns, links);
        return new(
            [.. columns.SelectMany((rows, place) => rows.Select((node, row) => new PlacedNode(nodes[node], place, row)))],
            columns.Count, columns.Count == 0 ? 0 : columns.Max(rows => rows.Count));
    }

    // Callers to the left and what others only call to the right, where a cycle leaves the choice.
    private static int RankOf(MapNode node) => node.Kind switch { "callers" => 0, "module" => 1, "messaging" => 2, "remote" => 3, _ => 4 };

    /// <summary>The links without those that close a cycle, as a depth-first walk from the first part meets them.</summary>
    private static List<(int From, int To)> WithoutCycles(int count, (int From, int To)[] links)
    {
        var next = links.ToLookup(link => link.From, link => link.To);
        List<(int, int)> kept = [];
        var (isOpen, isDone) = (new bool[count], new bool[count]);
        for (var root = 0; root < count; root++)
        {
            // A stack of its own: the depth is bounded by the parts alone.
            Stack<(int Node, IEnumerator<int> Next)> path = [];
            Enter(root);
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    (isOpen[top.Node], isDone[top.Node]) = (false, true);
                    path.Pop();
                    continue;
                }
                var to = top.Next.Current;
                if (!isOpen[to])
                    kept.Add((top.Node, to));
                Enter(to);
            }

            void Enter(int node)
            {
                if (isOpen[node] || isDone[node])
                    return;
                isOpen[node] = true;
                path.Push((node, next[node].GetEnumerator()));
            }
        }
        return kept;
    }

    private static int[] Layers(int count, List<(int From, int To)> links)
    {
        var layer = new int[count];
        // A path without a cycle has fewer links than there are parts.
        for (var (round, hasMoved) = (0, true); hasMoved && round < count; round++)
        {
            hasMoved = false;
            foreach (var (from, to) in links)
            {
                if (layer[to] > layer[from])
                    continue;
                (layer[to], hasMoved) = (layer[from] + 1, true);
            }
        }
        return layer;
    }

    private static void Order(List<List<int>> columns, (int From, int To)[] links)
    {
        Dictionary<int, double> rows = [];
        foreach (var column in columns)
            Number(column);
        var neighbours = links.Concat(links.Select(link => (link.To, link.From))).ToLookup(link => link.Item1, link => link.Item2);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var column in sweep % 2 == 0 ? columns : columns.AsEnumerable().Reverse())
            {
                // Sorted stably: parts without a preference stay where they are.
                var ordered = column.OrderBy(node => neighbours[node].Select(other => rows[other]).DefaultIfEmpty(rows[node]).Average()).ToList();
                column.Clear();
                column.AddRange(ordered);
                Number(column);
            }
        }

        // As a part of the column's height, so that columns of different lengths compare.
        void Number(List<int> column)
        {
            for (var row = 0; row < column.Count; row++)
                rows[column[row]] = (row + 0.5) / column.Count;
        }
    }
}
