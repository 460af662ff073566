using System.Globalization;
using Microsoft.AspNetCore.Components;
using Observability.Console.Queries;
using Observability.Text;

namespace Observability.Console.Parts;

/// <summary>The rows of a trace in a window that scrolls.</summary>
public sealed partial class Waterfall
{
    private const int RowHeight = 22;
    private const int Overscan = 30;
    private const int MostRows = 200;
    private const int FirstRows = 60;
    private const int MostIndent = 24;
    private const int LongestName = 120;

    // The fourth colour is that of failures.
    private static readonly int[] OwnerColours = [1, 2, 3, 5, 6, 7, 8];

    private readonly Dictionary<string, int> _colours = new(StringComparer.Ordinal);

    // Of the rows in the page; some that have left it may still be here.
    private readonly Dictionary<int, ElementReference> _links = [];
    private TraceTree? _known;
    private WaterfallRows _rows = null!;
    private int _first;
    private int _count = FirstRows;
    private int _selected = -1;
    private long _from;
    private long _to;
    private int _toFocus = -1;
    private int _at = -1;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired]
    public DrawnTrace Drawn { get; set; } = null!;

    /// <summary>The id of the selected span, in hexadecimal digits; null for none.</summary>
    [Parameter]
    public string? Span { get; set; }

    /// <summary>The time that is drawn, in ticks from the start of the trace: <c>1200-4500</c>. Null, and what is none, is the whole.</summary>
    [Parameter]
    public string? Within { get; set; }

    /// <summary>The reader has selected a time, as <see cref="Within"/> has it.</summary>
    [Parameter]
    public EventCallback<string> OnZoom { get; set; }

    /// <summary>Whether log records are shown.</summary>
    [Parameter]
    public bool HasLines { get; set; } = true;

    /// <summary>The rows that match a search, in their order; null while nothing is searched for.</summary>
    [Parameter]
    public IReadOnlySet<int>? Matches { get; set; }

    /// <summary>Makes the address of the page with other parameters.</summary>
    [Parameter, EditorRequired]
    public Func<(string Name, string? Value)[], string> Address { get; set; } = null!;

    /// <summary>Whether the rows are of several hosts. Then each names its host, and the number of a log record is of no store.</summary>
    [Parameter]
    public bool IsGathered { get; set; }

    private TraceTree Tree => Drawn.Tree;

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_known, Tree))
        {
            (_known, _rows, _first, _selected) = (Tree, new(Tree), 0, -1);
            _links.Clear();
            _colours.Clear();
            for (var i = 0; i < Tree.Count && _colours.Count < OwnerColours.Length; i++)
            {
                if (Tree[i].Kind is TraceRowKind.Span)
                    _colours.TryAdd(Tree[i].Owner, OwnerColours[_colours.Count]);
            }
        }
        ReadZoom();
        (_rows.HasLines, _rows.Within) = (HasLines, IsZoomed ? (_from, _to) : (long.MinValue, long.MaxValue));
        var selected = ulong.TryParse(Span, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var span) ? Tree.RowOf(span) : -1;
        if (selected >= 0 && selected != _selected)
            ShowRow(selected);
        _selected = selected;
        _first = Math.Clamp(_first, 0, Math.Max(0, _rows.Shown.Length - 1));
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_toFocus < 0)
            return;
        var place = _rows.Reveal(_toFocus);
        _toFocus = -1;
        // The focus scrolls the row into sight.
        if (place >= _first && place < _first + _count && _links.TryGetValue(_rows.Shown[place], out var link))
            await link.FocusAsync();
    }

    private void Scroll(WindowScrollEventArgs scroll)
    {
        _first = Math.Max(0, (int)(scroll.Top / RowHeight) - Overscan);
        _count = Math.Clamp((int)(scroll.Height / RowHeight) + (2 * Overscan) + 1, FirstRows, MostRows);
        if (_links.Count > 2 * MostRows)
            Forget();
    }

    private void OpenAll() => _rows.OpenAll();

    private void CloseAll()
    {
        _rows.CloseFrom(1);
        StayInside();
    }

    private void Toggle(int row)
    {
        _rows.Toggle(row);
        StayInside();
    }

    private void StayInside() => _first = Math.Clamp(_first, 0, Math.Max(0, _rows.Shown.Length - _count));

    private void Forget()
    {
        var shown = _rows.Shown;
        var first = Math.Min(_first, shown.Length);
        HashSet<int> inPage = [.. shown.Slice(first, Math.Min(_count, shown.Length - first))];
        foreach (var row in _links.Keys.Where(row => !inPage.Contains(row)).ToList())
            _links.Remove(row);
    }

    /// <summary>Draws the rows around one, which gets the focus.</summary>
    private void ShowRow(int row)
    {
        var place = _rows.Reveal(row);
        if (place < 0)
            return;
        if (place < _first || place >= _first + _count)
            _first = Math.Max(0, place - Overscan);
        _toFocus = row;
    }

    private void Move(int step)
    {
        int[] matching = [.. Matches!.Where(row => Tree[row].Start <= _to && Tree[row].End >= _from).Order()];
        if (matching.Length == 0)
            return;
        _at = Array.BinarySearch(matching, _at) is var found && found >= 0 ? matching[(found + step + matching.Length) % matching.Length]
            : matching[step > 0 ? 0 : ^1];
        ShowRow(_at);
    }

    private int ColourOf(string owner) => _colours.GetValueOrDefault(owner, OwnerColours[^1]);

    private bool IsZoomed => _from > Tree.Start || _to < Tree.End;

    private void ReadZoom()
    {
        (_from, _to) = (Tree.Start, Tree.End);
        if (Within?.Split('-') is [var first, var last]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && from < to && from < _to - _from)
            (_from, _to) = (Tree.Start + from, Tree.Start + Math.Min(to, Tree.End - Tree.Start));
    }

    private Task Zoom(BrushEventArgs brush) =>
        OnZoom.InvokeAsync(ZoomOf(_from + (long)((_to - _from) * brush.X0), _from + (long)((_to - _from) * brush.X1)));

    // At least a tick, so that a span without a duration can be zoomed to.
    private string ZoomOf(long from, long to) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, from - Tree.Start)}-{Math.Max(from + 1, to) - Tree.Start}");

    private string ZoomAddress(long from, long to) => Address([("zoom", ZoomOf(from, to))]);

    private double ShareOf(long ticks) => _to > _from ? (double)ticks / (_to - _from) : 0;

    private string X(long time) => Show.PercentAt(ShareOf(time - _from));

    private string W(long duration) => Show.PercentAt(ShareOf(duration));

    // The duration stands behind the bar, in front of it, or on it, where there is room.
    private bool IsLate(in TraceRow row) => ShareOf(row.End - _from) > 0.85 && ShareOf(row.Start - _from) > 0.15;

    private bool IsWide(in TraceRow row) => ShareOf(row.End - _from) > 0.85;

    private string SpanAddress(in TraceRow row) => Address([("span", row.Span.ToString("x16", CultureInfo.InvariantCulture))]);

    private string LineAddress(in TraceRow row) => LogAddress.Of(Tree.Trace.ToString(), Tree.Start, Tree.End, IsGathered ? null : row.Sequence);

    private static string Visible(string text) => VisibleText.Of(text, LongestName);
}
