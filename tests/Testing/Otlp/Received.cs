using System.Diagnostics;

namespace ECommerce.Testing.Otlp;

/// <summary>A span as a collector sees it. Ids are lower-case hex; a root's parent is empty.</summary>
/// <param name="Resource">Who says so: <c>service.name</c> and its like.</param>
/// <param name="Scope">The name of its ActivitySource.</param>
public sealed record ReceivedSpan(
    IReadOnlyDictionary<string, object?> Resource, string Scope, string TraceId, string SpanId, string ParentSpanId, string TraceState,
    string Name, ActivityKind Kind, DateTimeOffset Start, DateTimeOffset End, IReadOnlyDictionary<string, object?> Attributes,
    ActivityStatusCode Status, string StatusMessage, IReadOnlyList<ReceivedLink> Links, IReadOnlyList<ReceivedEvent> Events)
{
    /// <summary>The attribute's value; null when it is not there. Integers are long, lists are arrays.</summary>
    public object? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>Another span that a span names without being its child.</summary>
public sealed record ReceivedLink(string TraceId, string SpanId, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>Something that happened within a span.</summary>
public sealed record ReceivedEvent(string Name, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>A log record as a collector sees it; the ids are empty outside of a span.</summary>
/// <param name="Scope">The category of its logger.</param>
public sealed record ReceivedLog(
    IReadOnlyDictionary<string, object?> Resource, string Scope, string TraceId, string SpanId, DateTimeOffset Time, string Severity,
    string Body, string EventName, IReadOnlyDictionary<string, object?> Attributes)
{
    /// <summary>The attribute's value; null when it is not there. Integers are long, lists are arrays.</summary>
    public object? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>One instrument of one export.</summary>
/// <param name="Scope">The name of its meter.</param>
/// <param name="Type"><c>gauge</c>, <c>sum</c>, <c>histogram</c>, <c>exponential_histogram</c> or <c>summary</c>.</param>
public sealed record ReceivedMetric(
    IReadOnlyDictionary<string, object?> Resource, string Scope, string Name, string Type, string Unit, bool IsMonotonic, IReadOnlyList<ReceivedPoint> Points);

/// <summary>One series of an instrument.</summary>
/// <param name="Attributes">What tells it from the others.</param>
/// <param name="Value">The value; of a histogram, the number of observations.</param>
public sealed record ReceivedPoint(IReadOnlyDictionary<string, object?> Attributes, double Value);
