using System.Globalization;
using Microsoft.AspNetCore.Components;
using Observability.Console.Queries;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Text;

namespace Observability.Console.Parts;

/// <summary>The story of a trace as one picture.</summary>
public sealed partial class StoryView
{
    private const int RowHeight = 22;
    private const int Indent = 14;
    private const int LongestName = 80;

    // The fourth colour is that of failures.
    private static readonly int[] OwnerColours = [1, 2, 3, 5, 6, 7, 8];

    private readonly List<Row> _rows = [];
    private readonly List<string> _arrows = [];
    private readonly Dictionary<string, int> _colours = new(StringComparer.Ordinal);
    private TraceStory? _story;
    private StoryAxis? _axis;
    private int _height;
    private (string Trace, SegmentStore? Store) _known;

    /// <summary>The stores.</summary>
    [Parameter, EditorRequired]
    public ConsoleData Data { get; set; } = null!;

    /// <summary>The id of the trace, in hexadecimal digits.</summary>
    [Parameter, EditorRequired]
    public string Trace { get; set; } = "";

    /// <param name="Step">The span; null for the head of a trace.</param>
    private sealed record Row(StoryPart Part, StoryStep? Step, int Y, int X, string Class, string Text, string Label, string Link);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_known == (Trace, Data.Spans) || !TraceKey.TryParse(Trace, out var trace))
            return;
        _known = (Trace, Data.Spans);
        var teller = new StoryTeller([.. Settings.StoryAttributes], Settings.ModuleAttribute);
        _story = await Limits.SearchAsync(cancellation => teller.Tell(Data.Spans, trace, cancellation), CancellationToken.None);
        if (_story is not null)
            LayOut(_story);
    }

    private void LayOut(TraceStory story)
    {
        _rows.Clear();
        _arrows.Clear();
        _axis = new(story.Parts.Select(part => (part.Start, part.End)));
        _height = RowHeight;
        Dictionary<(TraceKey, ulong), Row> rowOf = [];
        foreach (var part in story.Parts)
        {
            var link = $"{ConsoleSettings.PagePath}/traces/{part.Trace}";
            Add(new(part, null, _height, 6, "story-title", $"{Visible(part.Name)} · {Show.ClockOfTicks(part.Start)}", HeadOf(part), link));
            foreach (var step in part.Steps)
            {
                var text = Visible(step.Name) + (step.Hidden > 0 ? $" +{step.Hidden}" : "");
                var label = $"{Visible(step.Name)}, {Visible(step.Owner)}, {Show.Ticks(step.Duration)}{(step.Hidden > 0 ? $", {step.Hidden} more spans below it" : "")}";
                Add(new(part, step, _height, 16 + (step.Depth * Indent), step.IsError ? "story-failed" : "", text, label, $"{link}?span={step.Span.ToString("x16", CultureInfo.InvariantCulture)}"));
                rowOf.TryAdd((part.Trace, step.Span), _rows[^1]);
                if (!_colours.ContainsKey(step.Owner) && _colours.Count < OwnerColours.Length)
                    _colours.Add(step.Owner, OwnerColours[_colours.Count]);
            }
        }
        foreach (var arrow in story.Arrows)
        {
            if (rowOf.TryGetValue((arrow.FromTrace, arrow.FromSpan), out var from) && rowOf.TryGetValue((arrow.ToTrace, arrow.ToSpan), out var to))
                _arrows.Add(PathOf(_axis, from, to));
        }

        void Add(Row row)
        {
            _rows.Add(row);
            _height += RowHeight;
        }
    }

    // From the end of the cause to the beginning of the effect, which comes from the left.
    private static string PathOf(StoryAxis axis, Row from, Row to)
    {
        var (x1, y1) = (axis.At(from.Step!.End), from.Y + 11);
        var (x2, y2) = (axis.At(to.Step!.Start), to.Y + 11);
        var bend = Math.Max(12, Math.Abs(x2 - x1) / 2);
        return string.Create(CultureInfo.InvariantCulture, $"M{x1:0.#} {y1}C{x1 + bend:0.#} {y1} {x2 - bend:0.#} {y2} {x2:0.#} {y2}M{x2 - 5:0.#} {y2 - 4}L{x2:0.#} {y2}L{x2 - 5:0.#} {y2 + 4}");
    }

    private int ColourOf(string owner) => _colours.GetValueOrDefault(owner, OwnerColours[^1]);

    private static string HeadOf(StoryPart part) => $"{Visible(part.Name)}: {part.Spans} spans, {Show.Ticks(part.Duration)}{(part.Errors > 0 ? $", {part.Errors} failed" : "")}; " + part.Tie switch
    {
        StoryTie.Asked => "this trace",
        StoryTie.Link => "tied by a link",
        StoryTie.Value => $"tied by {part.Means}",
        _ => "the batch that ran when its message was handled",
    };

    private static string Summary(TraceStory story) => $"{story.Parts.Count} traces: {string.Join(", then ", story.Parts.Select(part => Visible(part.Name)))}";

    private static string Visible(string text) => VisibleText.Of(text, LongestName);
}
