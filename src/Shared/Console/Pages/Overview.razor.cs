using System.Text.RegularExpressions;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Sampling;
using Observability.Console.Settings;

namespace Observability.Console.Pages;

/// <summary>The first page: how the host does, and what happened to it.</summary>
public sealed partial class Overview
{
    private const int MostHappenings = 30;
    private const int MostMarks = 60;

    private IReadOnlyList<ModuleSignals> _modules = [];
    private IReadOnlyList<Happening> _happened = [];
    private IReadOnlyList<ChartMark> _marks = [];
    private List<(ConsoleFigure Figure, IReadOnlyList<ChartSeries> Series)> _figures = [];
    private List<(string Check, double Status)> _health = [];

    /// <inheritdoc />
    protected override TimeSpan Refresh => TimeSpan.FromSeconds(Range.Length <= TimeSpan.FromMinutes(15) ? 1 : 5);

    /// <inheritdoc />
    protected override Task LoadAsync()
    {
        var step = MetricQuestion.StepFor(Range.From, Range.To);
        _modules = Signals.Read(Range.From, Range.To, step);
        _happened = HappeningQuery.Read(Range.From, Range.To);
        _marks = [.. _happened.TakeLast(MostMarks).Select(one => new ChartMark(one.Time, $"{one.Word}: {one.Text}", one.Level is "error" or "fatal" or "warn" ? "bad" : "", LogsAt(one)))];
        _figures =
        [
            .. Settings.Figures.Concat(Settings.Saturation).Select(figure => (figure, FigureQuery.Read(figure, Range, step))).Where(one => one.Item2.Count > 0),
        ];
        _health = Metrics.Find(Settings.Signals.Health) is { } family
            ? [.. Metrics.Newest(family).Select(one => (LabelMatching.ValueOf(one.Series.Labels, Settings.Signals.HealthLabel), one.Value)).OrderBy(one => one.Value)]
            : [];
        return Task.CompletedTask;
    }

    private static List<ChartPoint> Of(ModuleSignals module, Func<SignalPoint, double> value) => [.. module.Points.Select(point => new ChartPoint(point.Time, value(point)))];

    private static string LogsAt(Happening one) =>
        $"{ConsoleSettings.PagePath}/logs?filter=event:{Uri.EscapeDataString(one.Event)}&from={TimeRange.Text(one.Time - 60_000)}&to={TimeRange.Text(one.Time + 60_000)}";

    private List<ChartSeries> Lines(Func<SignalPoint, double> value) =>
        [.. _modules.Select(module => new ChartSeries(module.Module, Of(module, value), 0, MetricsOf(module.Module)))];

    private string MetricsOf(string module) =>
        $"{ConsoleSettings.PagePath}/metrics?family={Settings.Signals.Durations}&value=p95&by={Settings.Signals.ModuleLabel}&match={Uri.EscapeDataString($"{Settings.Signals.ModuleLabel}=~.*{Regex.Escape(module)}.*")}&range={Range.Word ?? "15m"}";

    private void Zoom((long From, long To) time) => GoTo(With(("from", TimeRange.Text(time.From)), ("to", TimeRange.Text(time.To)), ("range", null)));
}
