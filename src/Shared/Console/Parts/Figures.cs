using Observability.Console.Queries;
using Observability.Console.Sampling;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>Computes the figures of the overview.</summary>
internal sealed class Figures(MetricQuery query)
{
    private const double SecondsPerMinute = 60;
    private const long LeastWindow = 10_000;
    private const int MostSeries = 20;

    /// <summary>The series of a figure, which lead to its family; none when the host does not have it.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="range">The time.</param>
    /// <param name="step">The time between two points, in milliseconds.</param>
    public IReadOnlyList<ChartSeries> Read(ConsoleFigure figure, TimeRange range, long step)
    {
        var series = Run(figure, figure.Family, figure.Labels, range.From, range.To, step);
        var wholes = figure.Whole is null
            ? null
            : Run(figure, figure.Whole, new Dictionary<string, string>(), range.From, range.To, step)
                .ToDictionary(one => one.LabelText, one => one.Points.ToDictionary(point => point.Time, point => point.Value));
        var factor = (figure is { Value: FigureValue.Rate, Unit: ChartUnit.PerMinute } ? SecondsPerMinute : 1) / figure.Divisor;
        return
        [
            .. series.Select(one => new ChartSeries(
                NameOf(figure, one),
                [.. one.Points.Select(point => new ChartPoint(point.Time, point.Value * factor / WholeOf(one.LabelText, point.Time)))],
                0,
                FamilyOf(figure, range))),
        ];

        double WholeOf(string labels, long time) => wholes is null ? 1 : wholes.TryGetValue(labels, out var whole) && whole.TryGetValue(time, out var value) ? value : double.NaN;
    }

    private static string FamilyOf(ConsoleFigure figure, TimeRange range)
    {
        var value = figure.Value switch { FigureValue.Rate => "rate", FigureValue.P95 => "p95", _ => "raw" };
        var match = string.Join(',', figure.Labels.Select(label => $"{label.Key}={label.Value}"));
        return $"{ConsoleSettings.PagePath}/metrics?family={figure.Family}&value={value}{(match.Length > 0 ? $"&match={Uri.EscapeDataString(match)}" : "")}&range={range.Word ?? "15m"}";
    }

    private List<MetricAnswer> Run(ConsoleFigure figure, string family, IReadOnlyDictionary<string, string> labels, long from, long to, long step) =>
    [
        .. query.Run(
            new(family, figure.Value switch { FigureValue.Rate => MetricValue.Rate, FigureValue.P95 => MetricValue.Of(0.95), _ => MetricValue.Raw }, from, to, step)
            {
                By = figure.By is null ? [] : [figure.By],
                Conditions = [.. labels.Select(label => new LabelCondition(label.Key, "=", label.Value))],
                Window = figure.Unit == ChartUnit.PerMinute ? (long)SecondsPerMinute * 1000 : LeastWindow,
            }, 0, MostSeries).Series,
    ];

    private static string NameOf(ConsoleFigure figure, MetricAnswer series) => series.Labels is [var label, ..] ? label.Value : figure.Title;
}
