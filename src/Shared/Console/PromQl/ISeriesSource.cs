using Observability.Console.Sampling;

namespace Observability.Console.PromQl;

/// <summary>The series that expressions select.</summary>
internal interface ISeriesSource
{
    /// <summary>The labels that a scrape would add to each series, such as <c>job</c>; one that a series has itself stays.</summary>
    IReadOnlyList<KeyValuePair<string, string>> TargetLabels { get; }

    /// <summary>The stored series of a name. Conditions are equalities alone.</summary>
    IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions);

    /// <summary>The recording rule with that name; null when there is none.</summary>
    IRecordedRule? Rule(string name);
}

/// <summary>A recording rule: its name stands for its expression, evaluated when it is asked for.</summary>
internal interface IRecordedRule
{
    /// <summary>The labels that the rule adds.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    Expression Expression { get; }

    /// <summary>Whether its values are stored, as series of its name.</summary>
    bool IsStored { get; }

    /// <summary>What the rule had at a time, where it was evaluated then; null otherwise.</summary>
    IReadOnlyList<Sample>? At(long time);
}
