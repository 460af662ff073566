namespace Observability.Console.Sampling;

/// <summary>A metric family as the host exposes it.</summary>
/// <param name="Name">The name in Prometheus' text format, without <c>_bucket</c>, <c>_sum</c>, <c>_count</c>; a counter's ends in <c>_total</c>.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c>, <c>histogram</c>, <c>summary</c> or <c>unknown</c>.</param>
/// <param name="Help">The HELP text.</param>
internal sealed record MetricFamilyInfo(string Name, string Type, string Help);

/// <summary>A condition on a label, as PromQL's <c>=</c>, <c>!=</c>, <c>=~</c> and <c>!~</c>. A missing label is an empty one.</summary>
internal sealed record LabelCondition(string Label, string Operator, string Value);

/// <summary>An exemplar: one observation with the trace in which it was made.</summary>
/// <param name="Time">In Unix milliseconds.</param>
internal readonly record struct MetricExemplar(long Time, double Value, string TraceId, string SpanId);

/// <summary>The samples of one series.</summary>
internal interface IStoredSeries
{
    /// <summary>The sample's name: of a histogram <c>x_bucket</c>, <c>x_sum</c> or <c>x_count</c>.</summary>
    string Name { get; }

    /// <summary>The labels in the order of their names, <c>le</c> included.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    /// <summary>The samples of a time in Unix milliseconds, both ends included, in their order: one a second for 15 minutes, one in 15 s for a day.</summary>
    IEnumerable<(long Time, double Value)> Read(long first, long last);

    /// <summary>When the series appeared, in Unix milliseconds: a counter was 0 before. Null when it was there at the first sample of all.</summary>
    long? BornAt => null;

    /// <summary>The kept exemplars of a time, in their order.</summary>
    IEnumerable<MetricExemplar> Exemplars(long first, long last);
}

/// <summary>The host's metrics over time, in memory within a budget in bytes.</summary>
internal interface IMetricStore
{
    /// <summary>The families in the order of their names.</summary>
    IReadOnlyList<MetricFamilyInfo> Families { get; }

    /// <summary>The series of a sample's name (of a histogram <c>x_bucket</c> and so on) whose labels meet all conditions.</summary>
    IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions);

    /// <summary>The time of the newest sample, in Unix milliseconds; 0 before the first.</summary>
    long LastSample { get; }
}
