using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>How a trace belongs to a story.</summary>
internal enum StoryTie
{
    /// <summary>It is the trace that was asked for.</summary>
    Asked,

    /// <summary>A span of it links to a span of the story, or the other way round.</summary>
    Link,

    /// <summary>It has the value of an attribute in common, such as the id of a message.</summary>
    Value,

    /// <summary>It is the batch during which a consumer of the story began, by its time and its source.</summary>
    Time,
}

/// <summary>A span in the picture of a story.</summary>
/// <param name="Depth">The number of shown ancestors.</param>
/// <param name="Hidden">The number of spans below it that are not shown, such as its SQL statements.</param>
internal sealed record StoryStep(
    ulong Span, string Name, string Owner, int Kind, bool IsError, int Depth, long Start, long Duration, int Hidden)
{
    public long End => Start + Duration;
}

/// <summary>A trace of a story.</summary>
/// <param name="Tie">Why the trace is part of the story.</param>
/// <param name="Means">What ties it: the attribute; empty for another tie.</param>
/// <param name="Steps">The spans that are shown, parents first.</param>
internal sealed record StoryPart(
    TraceKey Trace, StoryTie Tie, string Means, string Name, string Owner, long Start, long Duration, int Spans, int Errors, IReadOnlyList<StoryStep> Steps)
{
    public long End => Start + Duration;
}

/// <summary>A message or another cause: from a span of one part to a span of another.</summary>
internal sealed record StoryArrow(TraceKey FromTrace, ulong FromSpan, TraceKey ToTrace, ulong ToSpan);

/// <summary>The story of a trace across process and transaction boundaries: the traces that are tied to it, in the order of their starts.</summary>
/// <param name="Gone">The number of tied traces of which no span is kept.</param>
/// <param name="IsCut">Whether traces or ties were left out, because there are too many.</param>
internal sealed record TraceStory(IReadOnlyList<StoryPart> Parts, IReadOnlyList<StoryArrow> Arrows, int Gone, bool IsCut)
{
    /// <summary>The limit on the number of traces.</summary>
    public const int MostParts = 40;

    /// <summary>The limit on the number of arrows.</summary>
    public const int MostArrows = 200;

    /// <summary>The limit on the spans of a trace that are read.</summary>
    public const int MostSpans = 2000;

    /// <summary>The limit on the shown spans of a trace.</summary>
    public const int MostSteps = 24;

    public long Start => Parts.Count == 0 ? 0 : Parts.Min(part => part.Start);

    public long End => Parts.Count == 0 ? 0 : Parts.Max(part => part.End);
}
