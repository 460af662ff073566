using Observability.Console.Filtering;

namespace Observability.Console.Queries.Differing;

/// <summary>A comparison of traces: of those that match the filter and began in time, the selected ones with the rest.</summary>
/// <param name="Filter">Which traces take part, as in a list of traces.</param>
/// <param name="From">The earliest beginning in Unix ticks.</param>
/// <param name="To">The latest.</param>
/// <param name="Selection">Which of them are selected.</param>
internal sealed record DifferenceQuery(Filter Filter, long From, long To, TraceSelection Selection);

/// <summary>What makes a trace a selected one: all of it has to hold.</summary>
/// <param name="Filter">A filter, as in a list of traces.</param>
internal sealed record TraceSelection(Filter Filter)
{
    /// <summary>The earliest beginning in Unix ticks.</summary>
    public long From { get; init; } = long.MinValue;

    /// <summary>The latest beginning.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>The shortest duration in ticks, from the first beginning of a span to the last end.</summary>
    public long Shortest { get; init; } = long.MinValue;

    /// <summary>The longest duration.</summary>
    public long Longest { get; init; } = long.MaxValue;

    /// <summary>Whether it selects nothing in particular, so that there is no rest.</summary>
    public bool IsEverything => Filter.Terms.Length == 0 && this is { From: long.MinValue, To: long.MaxValue, Shortest: long.MinValue, Longest: long.MaxValue };
}

/// <summary>By what the selected traces differ from the rest.</summary>
/// <param name="Selected">The number of selected traces.</param>
/// <param name="Rest">The number of the others.</param>
/// <param name="SampledOneIn">1 when every trace was counted; otherwise one in so many was, chosen by its id.</param>
/// <param name="Attributes">The attributes, the one that differs most first.</param>
/// <param name="IgnoredAttributes">Spans' attributes that were not looked at, since there were too many different ones.</param>
internal sealed record Differences(int Selected, int Rest, int SampledOneIn, IReadOnlyList<AttributeDifference> Attributes, int IgnoredAttributes);

/// <summary>An attribute whose values are in other shares of the selected traces than of the rest.</summary>
/// <param name="Attribute">The attribute, or <c>name</c> or <c>status</c> of a span.</param>
/// <param name="Values">Its values that differ, the one that differs most first.</param>
/// <param name="IsCut">Whether it has more values than were told apart.</param>
/// <param name="Same">Attributes with a value that is in nearly the same traces as the first one here: they say the same.</param>
internal sealed record AttributeDifference(string Attribute, IReadOnlyList<ValueDifference> Values, bool IsCut, IReadOnlyList<ValueDifference> Same)
{
    /// <summary>By how much the shares of the first value differ at least.</summary>
    public double AtLeast => Values[0].AtLeast;
}

/// <summary>A value of an attribute, with the traces that have a span with it.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Value">The value, or a range of numbers.</param>
/// <param name="Selected">Its number of selected traces.</param>
/// <param name="Rest">Its number of other traces.</param>
/// <param name="SelectedShare">The share of the selected traces.</param>
/// <param name="RestShare">The share of the others.</param>
/// <param name="AtLeast">The lower bound of the difference of both shares.</param>
/// <param name="Filter">The terms of a filter that such a trace matches; null when they would be too long.</param>
internal sealed record ValueDifference(
    string Attribute, string Value, int Selected, int Rest, double SelectedShare, double RestShare, double AtLeast, string? Filter);
