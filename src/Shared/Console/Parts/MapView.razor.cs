using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Observability.Console.Queries;
using Observability.Text;

namespace Observability.Console.Parts;

/// <summary>A map as a drawing has it, of so many seconds.</summary>
public sealed class DrawnMap
{
    internal DrawnMap(PlacedMap map, double seconds) => (Map, Seconds) = (map, seconds);

    internal PlacedMap Map { get; }

    internal double Seconds { get; }
}

/// <summary>A map of parts and calls.</summary>
public sealed partial class MapView
{
    private const double NodeWidth = 172;
    private const double NodeHeight = 50;
    private const double Gap = 166;
    private const double LowestRow = 84;
    private const double Margin = 14;
    private const double LabelWidth = 144;
    private const double LabelHeight = 20;
    private const double LabelWithErrors = 36;
    private const double Between = 3;
    private const int LongestName = 22;
    private const int LongestFullName = 120;

    private List<Line> _lines = [];
    private double _height;
    private double _rowHeight = LowestRow;

    [Parameter, EditorRequired]
    public DrawnMap Drawn { get; set; } = null!;

    /// <summary>The address of the traces that match a filter.</summary>
    [Parameter, EditorRequired]
    public Func<string, string> LinkOf { get; set; } = null!;

    private PlacedMap Map => Drawn.Map;

    private double Width => (2 * Margin) + (Map.Columns * NodeWidth) + (Math.Max(0, Map.Columns - 1) * Gap);

    /// <summary>The terms of a filter for the spans of a call.</summary>
    internal static string FilterOf(MapEdge edge) => (edge.From.Kind, edge.To.Kind) switch
    {
        ("callers" or "gateway", _) => $"kind:server {Module(edge.To)}",
        (_, "database" or "remote") => $"{FilterOf(edge.To)} {Module(edge.From)}",
        (_, "broker" or "messaging") => $"kind:producer {FilterOf(edge.To)}",
        ("broker" or "messaging", _) => $"kind:consumer {FilterOf(edge.From)} {Module(edge.To)}",
        _ => Module(edge.To),
    };

    /// <summary>The terms of a filter for the spans that name a part.</summary>
    internal static string FilterOf(MapNode node) => node.Kind switch
    {
        "callers" or "gateway" => "kind:server",
        "database" => $"kind:client {string.Join(' ', node.Name.Split(' ', 2).Zip(["db.system.name", "db.namespace"], (value, key) => Filtering.FilterText.Equal($"attr.{key}", value)))}",
        "broker" or "messaging" => Filtering.FilterText.Equal("attr.messaging.system", node.Name),
        "remote" => $"kind:client {Filtering.FilterText.Equal("attr.server.address", node.Name)}",
        _ => Module(node),
    };

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        var (callees, callers) = (Map.Edges.CountBy(one => one.Edge.From).ToDictionary(), Map.Edges.CountBy(one => one.Edge.To).ToDictionary());
        var most = Map.Edges.Select(one => one.Edge.Durations.Total).DefaultIfEmpty(1).Max();
        // A label is beside the part with fewer calls, where the lines are apart.
        var isAtEnd = Map.Edges.Select(one => callees[one.Edge.From] > callers[one.Edge.To]).ToList();
        var labels = Map.Edges.Zip(isAtEnd).GroupBy(one => (one.Second, Part: one.Second ? one.First.Edge.To : one.First.Edge.From)).ToList();
        var distance = (Map.Edges.Any(one => one.Edge.Errors > 0) ? LabelWithErrors : LabelHeight) + Between;
        _rowHeight = Math.Max(LowestRow, (labels.Select(group => group.Count()).DefaultIfEmpty(0).Max() + 1) * distance);
        _lines = [.. labels.SelectMany(group => group.OrderBy(one => one.First.Way[one.Second ? 0 : ^1].Row).Select((one, place) =>
            LineOf(one.First, one.Second, (place - ((group.Count() - 1) / 2.0)) * distance, most)))];
        MoveApart(_lines);
        foreach (var line in _lines)
            line.Path = PathOf(line);
        _height = Math.Max((2 * Margin) + (Map.Rows * _rowHeight), _lines.Select(line => line.Y + (line.Height / 2) + Margin).DefaultIfEmpty(0).Max());
    }

    private static string Module(MapNode node) => Filtering.FilterText.Equal("module", node.Name);

    /// <summary>The name of a part without characters that do something. Names of hosts and systems may come from data.</summary>
    internal static string NameOf(MapNode node) => VisibleText.Of(node.Name, LongestFullName);

    private static string ShortOf(MapNode node) => VisibleText.Of(node.Name, LongestName);

    private static double XOf(int column) => Margin + (column * (NodeWidth + Gap));

    private double YOf(double row) => Margin + ((row + 0.5) * _rowHeight);

    /// <summary>Labels of one gap between columns stand below one another.</summary>
    private static void MoveApart(List<Line> lines)
    {
        foreach (var gap in lines.GroupBy(line => line.X))
        {
            var lowest = double.NegativeInfinity;
            foreach (var line in gap.OrderBy(line => line.Y))
            {
                line.Y = Math.Max(line.Y, lowest + Between + (line.Height / 2));
                lowest = line.Y + (line.Height / 2);
            }
        }
    }

    private Line LineOf(PlacedEdge placed, bool isLabelAtEnd, double below, long most)
    {
        var edge = placed.Edge;
        var (rate, slow) = ($"{Show.Number(edge.Durations.Total / Math.Max(1, Drawn.Seconds))}/s", Show.Duration(edge.Durations.QuantileMilliseconds(0.95) / 1000));
        var errors = edge.Errors == 0 ? "no errors" : $"{Show.Percent((double)edge.Errors / edge.Durations.Total)} errors";
        var at = isLabelAtEnd ? placed.Way.Count - 2 : 0;
        var (column, next) = (placed.Way[at].Column, placed.Way[at + 1].Column);
        return new(placed.Way, at)
        {
            Rate = rate,
            Slow = slow,
            Errors = errors,
            HasErrors = edge.Errors > 0,
            Weight = 1 + (3 * Math.Sqrt((double)edge.Durations.Total / most)),
            Words = $"{NameOf(edge.From)} to {NameOf(edge.To)}: {rate}, {errors}, 95th percentile {slow}",
            Link = LinkOf(FilterOf(edge)),
            X = XOf(Math.Min(column, next)) + NodeWidth + (Gap / 2),
            Y = YOf(placed.Way[isLabelAtEnd ? ^1 : 0].Row) + below,
        };
    }

    private string PathOf(Line line)
    {
        var path = new StringBuilder();
        var isBack = line.Way[^1].Column < line.Way[0].Column;
        (double X, double Y) at = default;
        for (var i = 0; i < line.Way.Count; i++)
        {
            var (left, y) = (XOf(line.Way[i].Column), YOf(line.Way[i].Row));
            var (near, far) = isBack ? (left + NodeWidth, left) : (left, left + NodeWidth);
            if (i > 0)
                CurveTo(near, y);
            // Straight through the place that is kept free in a column between.
            path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{(i == line.Way.Count - 1 ? near : far):0.#} {y:0.#}");
            at = (far, y);
            if (i == line.LabelAt)
                CurveTo(line.X, line.Y);
        }
        return path.ToString();

        void CurveTo(double x, double y)
        {
            var middle = (at.X + x) / 2;
            path.Append(CultureInfo.InvariantCulture, $"C{middle:0.#} {at.Y:0.#} {middle:0.#} {y:0.#} {x:0.#} {y:0.#}");
            at = (x, y);
        }
    }

    private sealed class Line(IReadOnlyList<(int Column, double Row)> way, int labelAt)
    {
        public IReadOnlyList<(int Column, double Row)> Way => way;

        public int LabelAt => labelAt;

        public required string Rate { get; init; }

        public required string Slow { get; init; }

        public required string Errors { get; init; }

        public required bool HasErrors { get; init; }

        public required double Weight { get; init; }

        public required string Words { get; init; }

        public required string Link { get; init; }

        public required double X { get; init; }

        public double Height => HasErrors ? LabelWithErrors : LabelHeight;

        public required double Y { get; set; }

        public string Path { get; set; } = "";
    }
}
