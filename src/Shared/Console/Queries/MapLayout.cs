namespace Observability.Console.Queries;

/// <summary>A part of the map with its place.</summary>
/// <param name="Column">From 0, from the left.</param>
/// <param name="Row">From 0, from the top; a half where a column has an even number of parts and the longest one an odd number, or the reverse.</param>
internal sealed record PlacedNode(MapNode Node, int Column, double Row);

/// <summary>Calls with their way from part to part.</summary>
/// <param name="Way">The places in their order: the caller, a free one in each column between, and the part that is called.</param>
internal sealed record PlacedEdge(MapEdge Edge, IReadOnlyList<(int Column, double Row)> Way);

/// <summary>A map with places for its parts and ways for its calls.</summary>
/// <param name="Nodes">The parts, column by column, each from its first row.</param>
/// <param name="Edges">The calls in the order of the edges. Calls of a part by itself are left out.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Rows">The rows of the longest column.</param>
internal sealed record PlacedMap(IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges, int Columns, int Rows);

/// <summary>
/// Lays a map out in columns, so that calls lead to the right: callers, then modules, each one column behind the last that calls it, then what
/// modules use. It is the layered drawing of Sugiyama, Tagawa and Toda (1981) with its simplest steps: layers by the longest path, a free place
/// in each column that a call passes, and sweeps that order each column by the mean row of its neighbours. Equal maps get equal places, in
/// whichever order their edges come.
/// </summary>
internal static class MapLayout
{
    private const int Sweeps = 6;

    public static PlacedMap Place(IReadOnlyList<MapEdge> edges)
    {
        MapNode[] nodes = [.. edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct().OrderBy(RankOf).ThenBy(node => node.Name, StringComparer.Ordinal)];
        var places = nodes.Select((node, place) => (node, place)).ToDictionary(one => one.node, one => one.place);
        (int From, int To)[] links = [.. edges.Select(edge => (places[edge.From], places[edge.To])).Where(link => link.Item1 != link.Item2).Distinct().Order()];
        var column = ColumnsOf(nodes, links).ToList();
        var ways = links.ToDictionary(link => link, link => WayOf(link.From, link.To, column));
        var columns = Enumerable.Range(0, column.Count == 0 ? 0 : column.Max() + 1).Select(_ => new List<int>()).ToList();
        for (var one = 0; one < column.Count; one++)
            columns[column[one]].Add(one);
        Order(columns, [.. ways.Values.SelectMany(way => way.Zip(way.Skip(1)))]);

        var rows = columns.Count == 0 ? 0 : columns.Max(one => one.Count);
        var rowOf = columns.SelectMany(one => one.Select((place, row) => (place, Row: row + ((rows - one.Count) / 2.0)))).ToDictionary(one => one.place, one => one.Row);
        return new(
            [.. columns.SelectMany((one, place) => one.Where(node => node < nodes.Length).Select(node => new PlacedNode(nodes[node], place, rowOf[node])))],
            [.. edges.Where(edge => edge.From != edge.To)
                .Select(edge => new PlacedEdge(edge, [.. ways[(places[edge.From], places[edge.To])].Select(place => (column[place], rowOf[place]))]))],
            columns.Count, rows);
    }

    /// <summary>Adds a free place to each column between two parts.</summary>
    private static List<int> WayOf(int from, int to, List<int> column)
    {
        List<int> way = [from];
        var step = Math.Sign(column[to] - column[from]);
        for (var passed = column[from] + step; passed != column[to]; passed += step)
        {
            way.Add(column.Count);
            column.Add(passed);
        }
        way.Add(to);
        return way;
    }

    private static int[] ColumnsOf(MapNode[] nodes, (int From, int To)[] links)
    {
        var hasCallers = nodes.Any(IsOutside);
        int[] column = [.. nodes.Select(node => hasCallers && !IsOutside(node) ? 1 : 0)];
        Push(column, WithoutCycles(nodes.Length, [.. links.Where(link => !IsUsed(nodes[link.From]) && !IsUsed(nodes[link.To]))]));
        // What modules use is in the last column, so that a message comes back from there.
        var last = Enumerable.Range(0, nodes.Length).Where(node => !IsUsed(nodes[node])).Select(node => column[node] + 1).DefaultIfEmpty(0).Max();
        for (var node = 0; node < nodes.Length; node++)
            column[node] = IsUsed(nodes[node]) ? last : column[node];
        return column;
    }

    private static bool IsOutside(MapNode node) => node.Kind is "callers" or "gateway";

    private static bool IsUsed(MapNode node) => node.Kind is "database" or "messaging" or "broker" or "remote";

    // The order in which a walk through a cycle begins, and of parts that no sweep moves.
    private static int RankOf(MapNode node) => node.Kind switch { "callers" => 0, "gateway" => 1, "module" => 2, "broker" or "messaging" => 3, "remote" => 4, _ => 5 };

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

    /// <summary>Moves parts to the right until each is behind those that call it.</summary>
    private static void Push(int[] layer, List<(int From, int To)> links)
    {
        // A path without a cycle has fewer links than there are parts.
        for (var (round, hasMoved) = (0, true); hasMoved && round < layer.Length; round++)
        {
            hasMoved = false;
            foreach (var (from, to) in links)
            {
                if (layer[to] > layer[from])
                    continue;
                (layer[to], hasMoved) = (layer[from] + 1, true);
            }
        }
    }

    private static void Order(List<List<int>> columns, (int First, int Second)[] links)
    {
        Dictionary<int, double> rows = [];
        foreach (var column in columns)
            Number(column);
        var neighbours = links.Concat(links.Select(link => (link.Second, link.First))).ToLookup(link => link.Item1, link => link.Item2);
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
