using Observability.Console.PromQl;
using Observability.Console.Sampling;

namespace Observability.Console.Tests.PromQl;

/// <summary>Series that a test writes by hand, in memory.</summary>
internal sealed class MemorySource : ISeriesSource
{
    private readonly List<Stored> _series = [];

    public IReadOnlyList<KeyValuePair<string, string>> TargetLabels { get; init; } = [];

    public IEnumerable<IStoredSeries> Series => _series;

    public MemorySource Add(string name, (string Label, string Value)[] labels, IEnumerable<(long Time, double Value)> samples)
    {
        var stored = new Stored(name, [.. labels.OrderBy(label => label.Label, StringComparer.Ordinal).Select(label => KeyValuePair.Create(label.Label, label.Value))]);
        stored.Samples.AddRange(samples);
        _series.Add(stored);
        return this;
    }

    public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions) =>
        [.. _series.Where(series => series.Name == name && conditions.All(condition => Holds(series, condition)))];

    public IRecordedRule? Rule(string name) => null;

    private static bool Holds(Stored series, LabelCondition condition)
    {
        var value = series.Labels.FirstOrDefault(label => label.Key == condition.Label).Value ?? "";
        return condition.Operator == "=" ? value == condition.Value : value != condition.Value;
    }

    private sealed record Stored(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels) : IStoredSeries
    {
        public List<(long Time, double Value)> Samples { get; } = [];

        public IEnumerable<(long Time, double Value)> Read(long first, long last) => Samples.Where(sample => sample.Time >= first && sample.Time <= last);

        public IEnumerable<MetricExemplar> Exemplars(long first, long last) => [];
    }
}
