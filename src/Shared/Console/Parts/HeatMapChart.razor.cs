using Microsoft.AspNetCore.Components;
using Observability.Console.Queries;

namespace Observability.Console.Parts;

/// <summary>A selection on a heat map or histogram: times in Unix ticks, both ends included, and durations in ticks.</summary>
public sealed record DurationSelection(long From, long To, long Shortest, long Longest);

/// <summary>A heat map of durations over time.</summary>
public sealed partial class HeatMapChart
{
    private const int Shades = 6;
    private const int MostLabels = 6;

    private string _width = "";
    private string _height = "";
    private (long Time, int Row)? _corner;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired]
    public DrawnDurations Durations { get; set; } = null!;

    [Parameter]
    public string Title { get; set; } = "Durations over time";

    /// <summary>What is counted, in the plural.</summary>
    [Parameter]
    public string Things { get; set; } = "traces";

    [Parameter]
    public string Empty { get; set; } = "Nothing in this time.";

    /// <summary>In CSS pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 190;

    /// <summary>The reader has selected an area.</summary>
    [Parameter]
    public EventCallback<DurationSelection> OnSelect { get; set; }

    private HeatMap Map => Durations.Map;

    private sealed record Cell(int Place, int Column, int Row, string Class, string X, string Y, string Text);

    /// <inheritdoc />
    protected override void OnParametersSet() =>
        (_width, _height) = (Show.PercentAt(1.0 / Map.Columns), Show.PercentAt(1.0 / Math.Max(1, Map.Rows)));

    private IEnumerable<Cell> Cells()
    {
        for (var column = 0; column < Map.Columns; column++)
        {
            for (var row = Map.FirstRow; row <= Map.LastRow; row++)
            {
                var (count, errors) = (Map.Count(column, row), Map.Errors(column, row));
                if (count == 0)
                    continue;
                var kind = errors * 2 > count ? "heat-bad" : errors > 0 ? "heat-mixed" : "heat-good";
                yield return new(
                    (column * 1000) + row, column, row, $"{kind} shade{ShadeOf(count)}", Show.PercentAt((double)column / Map.Columns),
                    Show.PercentAt((double)(Map.LastRow - row) / Map.Rows),
                    $"{Show.ClockOfTicks(Map.StartOf(column))}, {RangeOf(row)}: {count}{(errors > 0 ? $", {errors} failed" : "")}");
            }
        }
    }

    // By the logarithm: one slow trace among thousands is still seen.
    private int ShadeOf(int count) => Map.Most <= 1 ? Shades : 1 + (int)Math.Round((Shades - 1) * Math.Log(count) / Math.Log(Map.Most));

    private static string RangeOf(int row) => $"{Show.Ticks(HeatMap.LowerOf(row))} to {Show.Ticks(HeatMap.UpperOf(row))}";

    private IEnumerable<string> Labels()
    {
        var steps = Math.Min(MostLabels, Map.Rows);
        for (var i = 0; i < steps; i++)
            yield return Show.Ticks(HeatMap.UpperOf(Map.LastRow - (i * (Map.Rows - 1) / Math.Max(1, steps - 1))));
    }

    private string Summary() =>
        $"{Title}: {Show.Number(Map.Durations.Total)} {Things}, {Show.Number(Map.Failed.Total)} failed, half within {Show.Duration(Map.Durations.QuantileMilliseconds(0.5) / 1000)}, "
        + $"95 % within {Show.Duration(Map.Durations.QuantileMilliseconds(0.95) / 1000)}";

    private Task BrushAsync(BrushEventArgs brush)
    {
        _corner = null;
        var (first, last) = (ColumnAt(brush.X0), ColumnAt(brush.X1));
        var (top, bottom) = (RowAt(brush.Y0), RowAt(brush.Y1));
        return SelectAsync(first, last, bottom, top);
    }

    private Task PickAsync(int column, int row)
    {
        if (_corner is not { } corner)
        {
            _corner = (Map.StartOf(column), row);
            return Task.CompletedTask;
        }
        _corner = null;
        var other = ColumnAt((double)(corner.Time - Map.From) / (Map.To - Map.From));
        return SelectAsync(Math.Min(other, column), Math.Max(other, column), Math.Min(corner.Row, row), Math.Max(corner.Row, row));
    }

    private Task SelectAsync(int first, int last, int lowest, int highest) => OnSelect.InvokeAsync(new(
        Map.StartOf(first), Map.StartOf(last + 1) - 1, HeatMap.LowerOf(lowest), HeatMap.UpperOf(highest)));

    private int ColumnAt(double share) => Math.Clamp((int)(share * Map.Columns), 0, Map.Columns - 1);

    private int RowAt(double share) => Map.LastRow - Math.Clamp((int)(share * Map.Rows), 0, Map.Rows - 1);
}
