using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>A chart of series over time.</summary>
public sealed partial class TimeChart
{
    private const int Steps = 4;
    private const int Colours = 8;
    private const double Wide = 1000;
    private const double High = 100;

    private readonly List<Line> _lines = [];
    private double _top = 1;

    private sealed record Line(string Name, string? Link, int Colour, string Path, double Last);

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    /// <summary>The left edge, in Unix milliseconds.</summary>
    [Parameter, EditorRequired]
    public long From { get; set; }

    /// <summary>The right edge.</summary>
    [Parameter, EditorRequired]
    public long To { get; set; }

    [Parameter]
    public ChartUnit Unit { get; set; }

    /// <summary>What stands beside the title.</summary>
    [Parameter]
    public string? Note { get; set; }

    /// <summary>What stands there while no series has a point.</summary>
    [Parameter]
    public string Empty { get; set; } = "Nothing was measured in this time.";

    [Parameter]
    public IReadOnlyList<ChartMark> Marks { get; set; } = [];

    [Parameter]
    public IReadOnlyList<ChartDot> Dots { get; set; } = [];

    /// <summary>Whether each series stands on the one before. The series then have the same times.</summary>
    [Parameter]
    public bool Stacked { get; set; }

    /// <summary>In CSS pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 150;

    /// <summary>The end of the values' axis, for instance 1 for a share; without it the greatest value, rounded up.</summary>
    [Parameter]
    public double? Top { get; set; }

    /// <summary>A drag over the chart, with the times of its ends.</summary>
    [Parameter]
    public EventCallback<(long From, long To)> OnBrush { get; set; }

    private string UnitWord => Unit switch
    {
        ChartUnit.Seconds => "s",
        ChartUnit.Bytes => "B",
        ChartUnit.Share => "%",
        ChartUnit.PerSecond => "/s",
        ChartUnit.PerMinute => "/min",
        _ => "",
    };

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        var values = Stacked ? Sums() : Series.SelectMany(series => series.Points).Select(point => point.Value);
        var greatest = values.Where(double.IsFinite).Concat(Dots.Select(dot => dot.Value)).DefaultIfEmpty(0).Max();
        _top = Top ?? RoundUp(greatest);
        _lines.Clear();
        Dictionary<long, double> below = [];
        for (var i = 0; i < Series.Count; i++)
        {
            var series = Series[i];
            var path = Stacked ? Area(series, below) : Outline(series);
            _lines.Add(new(series.Name, series.Link, series.Colour > 0 ? series.Colour : (i % Colours) + 1, path, series.Points.Count > 0 ? series.Points[^1].Value : double.NaN));
        }
    }

    private IEnumerable<double> Sums() => Series.SelectMany(series => series.Points)
        .GroupBy(point => point.Time, (_, points) => points.Sum(point => double.IsFinite(point.Value) ? point.Value : 0));

    // 1, 2 or 5 times a power of ten.
    private static double RoundUp(double value)
    {
        if (value <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * (value <= power ? 1 : value <= 2 * power ? 2 : value <= 5 * power ? 5 : 10);
    }

    private double At(long time) => To > From ? Math.Clamp((double)(time - From) / (To - From), 0, 1) : 0;

    private string X(long time) => Show.PercentAt(At(time));

    private double YOf(double value) => High * (1 - Math.Clamp(value / _top, 0, 1));

    private string Outline(ChartSeries series)
    {
        var path = new StringBuilder();
        var isDown = false;
        foreach (var point in series.Points)
        {
            if (double.IsFinite(point.Value) && point.Time >= From && point.Time <= To)
                path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{At(point.Time) * Wide:0.#} {YOf(point.Value):0.##}");
            isDown = double.IsFinite(point.Value) && point.Time >= From;
        }
        return path.ToString();
    }

    private string Area(ChartSeries series, Dictionary<long, double> below)
    {
        var (upper, lower) = (new StringBuilder(), new List<string>());
        foreach (var point in series.Points.Where(point => point.Time >= From && point.Time <= To))
        {
            var foot = below.GetValueOrDefault(point.Time);
            var head = foot + (double.IsFinite(point.Value) ? point.Value : 0);
            below[point.Time] = head;
            upper.Append(CultureInfo.InvariantCulture, $"{(upper.Length == 0 ? 'M' : 'L')}{At(point.Time) * Wide:0.#} {YOf(head):0.##}");
            lower.Add(string.Create(CultureInfo.InvariantCulture, $"L{At(point.Time) * Wide:0.#} {YOf(foot):0.##}"));
        }
        lower.Reverse();
        return upper.Append(string.Concat(lower)).Append(upper.Length > 0 ? "Z" : "").ToString();
    }

    private string Summary() => $"{Title}: {string.Join(", ", _lines.Select(line => $"{line.Name} {Show.Value(line.Last, Unit)}"))}";

    private Task BrushAsync(BrushEventArgs brush) => OnBrush.InvokeAsync((From + (long)((To - From) * brush.X0), From + (long)((To - From) * brush.X1)));
}
