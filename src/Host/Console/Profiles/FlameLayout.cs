using System.Globalization;

namespace ECommerce.Host.Console.Profiles;

/// <summary>A frame as a rectangle.</summary>
/// <param name="Path">The places of the frame and of those above it among their neighbours: <c>0.2.1</c>. It is the zoom's address.</param>
/// <param name="X">The left edge, 0 to 1.</param>
/// <param name="Width">The width, 0 to 1.</param>
/// <param name="Depth">The row, from 0.</param>
/// <param name="Share">The share of the whole profile, 0 to 1.</param>
/// <param name="Before">The share in the profile that it is compared with; null without one.</param>
internal sealed record FlameRect(string Path, string Name, double X, double Width, int Depth, double Share, double? Before);

/// <summary>The rectangles of a flame graph that are wide enough to be seen, below the frame that is zoomed to.</summary>
internal sealed class FlameLayout
{
    public const int MostRows = 80;

    private const double LeastWidth = 0.001;

    private readonly List<FlameRect> _rects = [];
    private readonly double _total;
    private readonly double _totalBefore;

    private FlameLayout(FlameNode root, FlameNode? before) => (_total, _totalBefore) = (Math.Max(1, root.Value), Math.Max(1, before?.Value ?? 1));

    public IReadOnlyList<FlameRect> Rects => _rects;

    public int Rows => _rects.Count == 0 ? 0 : _rects.Max(rect => rect.Depth) + 1;

    /// <param name="root">The profile.</param>
    /// <param name="zoom">The path of the frame that fills the width; of a frame that is not there, the nearest one above it does.</param>
    /// <param name="before">The profile to compare with.</param>
    public static FlameLayout Of(FlameNode root, string? zoom, FlameNode? before)
    {
        var layout = new FlameLayout(root, before);
        var (node, path, depth) = (root, "", 0);
        layout.Add("", root, 0, 1, depth++, before);
        foreach (var part in (zoom ?? "").Split('.', MostRows + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostRows - 1))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place >= node.Children.Count)
                break;
            node = node.Children[place];
            before = before?.Find(node.Name);
            path = Join(path, place);
            layout.Add(path, node, 0, 1, depth++, before);
        }

        layout.AddChildren(path, node, 0, 1, depth, before);
        return layout;
    }

    private void AddChildren(string path, FlameNode node, double x, double width, int depth, FlameNode? before)
    {
        if (depth >= MostRows)
            return;
        for (var place = 0; place < node.Children.Count; place++)
        {
            var child = node.Children[place];
            var ofChild = width * child.Value / node.Value;
            if (ofChild < LeastWidth)
                return; // the largest come first
            Add(Join(path, place), child, x, ofChild, depth, before?.Find(child.Name));
            AddChildren(Join(path, place), child, x, ofChild, depth + 1, before?.Find(child.Name));
            x += ofChild;
        }
    }

    private void Add(string path, FlameNode node, double x, double width, int depth, FlameNode? before) =>
        _rects.Add(new(path, node.Name, x, width, depth, node.Value / _total, _totalBefore > 1 ? (before?.Value ?? 0) / _totalBefore : null));

    private static string Join(string path, int place) => path.Length == 0 ? place.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{path}.{place}");
}
