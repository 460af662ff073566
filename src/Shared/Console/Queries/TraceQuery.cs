using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>What a list shows of a trace, from its spans that are kept.</summary>
/// <param name="Name">The name of the span that began first.</param>
/// <param name="Module">Its module; empty when it has none.</param>
/// <param name="Start">When it began, in Unix ticks.</param>
/// <param name="Duration">From the first beginning to the last end, in ticks.</param>
/// <param name="Spans">The number of spans.</param>
/// <param name="Errors">How many of them failed.</param>
internal sealed record TraceSummary(TraceKey Trace, string Name, string Module, long Start, long Duration, int Spans, int Errors)
{
    /// <summary>The names of the hosts that have spans of it; empty when only this host was asked.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}

/// <summary>The columns by which a list of traces is sorted: numbers with the greatest first, texts in the order of their bytes.</summary>
internal enum TraceOrder
{
    Start,
    Duration,
    Spans,
    Errors,
    Name,
    Module,
}

/// <summary>A page of a list of traces.</summary>
/// <param name="After">The last trace of the page before; null for the first page.</param>
internal sealed record TraceQuery(Filter Filter, long From, long To, TraceOrder Order, int Limit, TracePlace? After)
{
    /// <summary>Only traces that took so many ticks.</summary>
    public long Shortest { get; init; }

    /// <summary>Only traces that took no more ticks.</summary>
    public long Longest { get; init; } = long.MaxValue;

    /// <summary>Whether the order is the other way round.</summary>
    public bool IsReversed { get; init; }
}

/// <summary>The place of a trace in a sorted list: its number or its text, and then its id.</summary>
/// <param name="Number">The value of a column of numbers; 0 in a column of texts.</param>
/// <param name="Text">The beginning of the value of a column of texts, in UTF-8; empty in a column of numbers.</param>
internal readonly record struct TracePlace(long Number, byte[] Text, TraceKey Trace)
{
    /// <summary>The bytes of a text that are compared. Traces whose texts are equal so far are sorted by their ids.</summary>
    public const int MostText = 64;

    /// <summary>The greatest number first, the least text first, and the greatest id first.</summary>
    public int CompareTo(TracePlace other)
    {
        var order = other.Number.CompareTo(Number);
        if (order == 0)
            order = Text.AsSpan().SequenceCompareTo(other.Text);
        if (order == 0)
            order = other.Trace.High.CompareTo(Trace.High);
        return order != 0 ? order : other.Trace.Low.CompareTo(Trace.Low);
    }
}
