using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Observability.Console.Api;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Sampling;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Text;

namespace Observability.Console.Pages;

/// <summary>Every metric family with its HELP text, its series over time, and exemplars that lead to traces.</summary>
public sealed partial class Metrics
{
    // In an address: no label is kept.
    private const string None = "-";

    private const int MostSeries = 200;
    private const int MostLines = 16;
    private const int MostDots = 60;
    private const int LongestValue = 120;
    private const long LeastWindow = 10_000;
    private const long ScrapeWindow = 60_000;

    private List<(MetricFamilyInfo Family, int Series)> _families = [];
    private MetricFamilyInfo? _family;
    private MetricQuestion? _question;
    private IReadOnlyList<MetricAnswer> _series = [];
    private IReadOnlyList<string> _labels = [];
    private IReadOnlyList<ChartSeries> _lines = [];
    private IReadOnlyList<ChartDot> _dots = [];
    private IReadOnlyList<ChartMark> _marks = [];
    private ChartUnit _unit;
    private string _promql = "";
    private string? _error;
    private int _total;

    /// <inheritdoc />
    protected override TimeSpan Refresh => TimeSpan.FromSeconds(2);

    private MetricQuery Metric => new(Data.Metrics);

    private bool IsQuantile => _question?.Value.Quantile is not null;

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        var search = Query("q") ?? "";
        _families = [.. Metric.Families.Where(one => Has(one.Name) || Has(one.Help)).Select(one => (one, Metric.SeriesOf(one)))];
        _family = Query("family") is { } name ? Metric.Find(name) : null;
        if (_family is null)
            return;
        (string Name, string? Value)[] given =
        [
            ("value", Query("value")), ("match", Query("match")), ("by", Query("by") == None ? "" : Query("by")),
            ("from", TimeRange.Text(Range.From)), ("to", TimeRange.Text(Range.To)),
        ];
        var query = new QueryCollection(given.Where(one => one.Value is not null).ToDictionary(one => one.Name, one => new StringValues(one.Value)));
        var reader = new QueryReader(query, "value", "match", "by", "from", "to");
        var question = reader.Metric(_family, Clock.GetUtcNow(), Range.Length);
        _error = reader.Error is { } error ? $"{error.Field}: {error.Message}" : null;
        if (_error is not null)
            return;
        _question = question with { Window = Math.Max(LeastWindow, question.Step) };
        var answers = await Limits.SearchAsync(cancellation => Computed(_question, cancellation), Gone);
        (_series, _total) = ([.. answers.Series], answers.Total);
        _labels = [.. Metric.LabelsOf(_family)];
        _unit = UnitOf(_family, _question.Value);
        _promql = PromQl(_family, _question);
        _lines = [.. _series.Where(one => one.Last is not null).OrderByDescending(one => one.Last).Take(MostLines).Select(LineOf), .. BoundLines()];
        _dots = Dots();
        _marks = Data.Session is not null ? [] :
        [
            .. HappeningQuery.Read(Range.From, Range.To)
                .Select(one => new ChartMark(one.Time, $"{one.Word}: {one.Text}", one.Level is "error" or "fatal" or "warn" ? "bad" : "")),
        ];

        bool Has(string text) => text.Contains(search, StringComparison.OrdinalIgnoreCase);
    }

    private MetricAnswers Computed(MetricQuestion question, CancellationToken cancellation)
    {
        var answers = Metric.Run(question, 0, MostSeries, cancellation);
        return answers with { Series = answers.Series.ToArray() };
    }

    private static ChartUnit UnitOf(MetricFamilyInfo family, MetricValue value)
    {
        if (value.IsRate)
            return ChartUnit.PerSecond;
        if (family.Type is "histogram" or "summary" && value == MetricValue.Raw)
            return ChartUnit.Number;
        var name = family.Name.EndsWith("_total", StringComparison.Ordinal) ? family.Name[..^"_total".Length] : family.Name;
        return name.EndsWith("_seconds", StringComparison.Ordinal) && !name.EndsWith("start_time_seconds", StringComparison.Ordinal) ? ChartUnit.Seconds
            : name.EndsWith("_bytes", StringComparison.Ordinal) ? ChartUnit.Bytes
            : name.EndsWith("_ratio", StringComparison.Ordinal) ? ChartUnit.Share
            : ChartUnit.Number;
    }

    private static string PromQl(MetricFamilyInfo family, MetricQuestion question)
    {
        var selector = question.Conditions.Count == 0 ? "" : $"{{{string.Join(',', question.Conditions.Select(one => $"{one.Label}{one.Operator}\"{Escaped(one.Value)}\""))}}}";
        var window = $"[{Math.Max(ScrapeWindow, question.Window) / 1000}s]";
        var isHistogram = family.Type is "histogram" or "summary";
        if (question.Value.Quantile is { } quantile)
        {
            var rate = $"rate({family.Name}_bucket{selector}{window})";
            var sum = question.By is null ? rate : $"sum by ({string.Join(", ", [BucketSums.Bound, .. question.By])}) ({rate})";
            return string.Create(CultureInfo.InvariantCulture, $"histogram_quantile({quantile}, {sum})");
        }
        var value = question.Value.IsRate ? $"rate({family.Name}{(isHistogram ? "_count" : "")}{selector}{window})" : $"{family.Name}{(isHistogram ? "_count" : "")}{selector}";
        return question.By is null ? value : question.By.Count == 0 ? $"sum({value})" : $"sum by ({string.Join(", ", question.By)}) ({value})";
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static ChartSeries LineOf(MetricAnswer series) => new(
        series.Labels.Count == 0 ? Cut(series.Name) : Cut(string.Join(' ', series.Labels.Select(label => label.Value))),
            [.. series.Points.Select(point => new ChartPoint(point.Time, point.Value))]);

    private static string Cut(string text) => VisibleText.Of(text, LongestValue);

    private string Bounds(MetricAnswer series) => series.Points is [.., var last]
        ? $"{Show.Value(last.Lower, _unit)} and {(double.IsInfinity(last.Upper) ? "∞" : Show.Value(last.Upper, _unit))}" : "–";

    // Of one series the bounds of its bucket are drawn, too: within them lies what the histogram cannot tell.
    private IEnumerable<ChartSeries> BoundLines() => !IsQuantile || _series.Count != 1 ? [] :
    [
        new("at least", [.. _series[0].Points.Select(point => new ChartPoint(point.Time, point.Lower))], 6),
        new("at most", [.. _series[0].Points.Select(point => new ChartPoint(point.Time, double.IsFinite(point.Upper) ? point.Upper : double.NaN))], 7),
    ];

    private List<ChartDot> Dots()
    {
        List<ChartDot> dots = [];
        using var view = Data.Spans.Read();
        foreach (var one in _series.SelectMany(series => series.Exemplars).DistinctBy(one => (one.TraceId, one.Value)).OrderByDescending(one => one.Time).Take(MostDots))
        {
            var isGone = !TraceKey.TryParse(one.TraceId, out var trace) || !TraceLookup.Has(view, trace);
            var value = Show.Value(one.Value, UnitOf(_family!, MetricValue.Of(0.5)));
            dots.Add(new(one.Time, IsQuantile ? one.Value : 0, $"{Show.Clock(one.Time)}: {value}, trace {one.TraceId}{(isGone ? ", which is gone" : "")}",
                $"{ConsoleSettings.PagePath}/traces/{one.TraceId}?span={one.SpanId}", isGone));
        }
        return dots;
    }

    private IEnumerable<(string Name, MetricValue Value)> Values() => MetricValue.Named.Where(one => one.Value.Quantile is null || _family!.Type == "histogram");

    private string Title() => $"{VisibleText.Of(_family!.Name)}, {ValueName()}";

    private string ValueName() => _question is null ? "" : MetricValue.Named.First(one => one.Value == _question.Value).Name;

    private bool IsBy(string label) => _question?.By?.Contains(label) == true;

    private string Toggled(string label)
    {
        string[] by = IsBy(label) ? [.. _question!.By!.Where(one => one != label)] : [.. _question?.By ?? [], label];
        return by.Length == 0 ? None : string.Join(',', by);
    }

    // A value with a comma cannot stand in the list of conditions.
    private string Narrowed(string label, string value) => value.Contains(',', StringComparison.Ordinal)
        ? Query("match") ?? ""
        : string.Join(',', new[] { Query("match"), $"{label}={value}" }.Where(one => one is not null));

    private void Search(ChangeEventArgs change) => GoTo(With(("q", change.Value as string)));

    private void Zoom((long From, long To) time) => GoTo(With(("from", TimeRange.Text(time.From)), ("to", TimeRange.Text(time.To)), ("range", null)));
}
