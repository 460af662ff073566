using Observability.Console.Sampling;

namespace Observability.Console.Queries;

/// <summary>What is asked of a metric family.</summary>
/// <param name="Family">The name of the family.</param>
/// <param name="Value">What is computed of each series.</param>
/// <param name="From">The first time in Unix milliseconds.</param>
/// <param name="To">The last time.</param>
/// <param name="Step">The time between two points, in milliseconds. Points lie on its multiples, so that they stay where they are as time goes on.</param>
internal sealed record MetricQuestion(string Family, MetricValue Value, long From, long To, long Step)
{
    /// <summary>The most points of a series.</summary>
    public const int MostPoints = 2000;

    /// <summary>The least time between two points: the interval of the samples.</summary>
    public const long LeastStep = 1000;

    private const int UsualPoints = 240;

    private static readonly long[] Steps =
        [1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000];

    /// <summary>Conditions on the labels; all have to hold.</summary>
    public IReadOnlyList<LabelCondition> Conditions { get; init; } = [];

    /// <summary>The labels that are kept; series that are equal in them are added up. Null keeps every series on its own.</summary>
    public IReadOnlyList<string>? By { get; init; }

    /// <summary>The time over which a rate or a quantile is taken, in milliseconds; at least the step.</summary>
    public long Window { get => Math.Max(field, Step); init; }

    /// <summary>The step for a span of time, so that a picture of it has some two hundred points.</summary>
    public static long StepFor(long from, long to) => Array.Find(Steps, step => (to - from) / step <= UsualPoints) is var found and > 0 ? found : Steps[^1];
}

/// <summary>What is computed of a series: its value, its increase a second, or a quantile of a histogram.</summary>
/// <param name="IsRate">Whether the increase a second is wanted.</param>
/// <param name="Quantile">From 0 to 1.</param>
internal readonly record struct MetricValue(bool IsRate, double? Quantile)
{
    public static readonly MetricValue Raw;
    public static readonly MetricValue Rate = new(IsRate: true, null);

    /// <summary>The names in the API.</summary>
    public static readonly (string Name, MetricValue Value)[] Named = [("raw", Raw), ("rate", Rate), ("p50", Of(0.5)), ("p95", Of(0.95)), ("p99", Of(0.99))];

    public static MetricValue Of(double quantile) => new(IsRate: false, quantile);
}

/// <summary>A value at a time. Of a quantile the bounds between which it lies are known, as the histogram's buckets allow.</summary>
/// <param name="Time">In Unix milliseconds.</param>
/// <param name="Value">The value.</param>
/// <param name="Lower">The value is above this bound.</param>
/// <param name="Upper">The value is at most this bound.</param>
internal readonly record struct MetricPoint(long Time, double Value, double Lower, double Upper);

/// <summary>A series of an answer.</summary>
/// <param name="Name">The sample's name.</param>
/// <param name="Labels">The labels, in the order of their names.</param>
/// <param name="Points">The points, in the order of time.</param>
/// <param name="Exemplars">The latest exemplars of the time.</param>
internal sealed record MetricAnswer(
    string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<MetricPoint> Points, IReadOnlyList<MetricExemplar> Exemplars)
{
    /// <summary>The labels as in PromQL.</summary>
    public string LabelText => string.Join(", ", Labels.Select(label => $"{label.Key}=\"{label.Value}\""));

    /// <summary>The value of the newest point; null when there is none.</summary>
    public double? Last => Points is [.., var last] ? last.Value : null;
}

/// <summary>A page of an answer.</summary>
/// <param name="Series">The series, each computed when it is read.</param>
/// <param name="Total">The number of series of the whole answer.</param>
/// <param name="IsCut">Whether there are more series than are read for one answer.</param>
internal sealed record MetricAnswers(IEnumerable<MetricAnswer> Series, int Total, bool IsCut);
