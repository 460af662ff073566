using System.Diagnostics;
using System.Text.Json;
using ECommerce.Kernel;

namespace ECommerce.Messaging;

/// <summary>A row of an outbox.</summary>
/// <param name="Type">The event's wire name, <c>orders.order-placed.v1</c>.</param>
/// <param name="TraceParent">The sender's span (W3C Trace Context), which the receiver's span links to.</param>
/// <param name="TraceState">The <c>tracestate</c> of that span.</param>
/// <param name="Baggage">The sender's baggage (W3C Baggage).</param>
/// <param name="Attempts">The number of failed deliveries.</param>
/// <param name="PublishedAt">When the row was first published in this attempt; null while it is not in flight.</param>
public sealed record OutboxMessage(
    Guid Id, Guid AggregateId, string Type, string Payload, string? TraceParent, string? TraceState, string? Baggage,
    DateTimeOffset OccurredAt, int Attempts, DateTimeOffset? PublishedAt)
{
    // The limit of W3C Baggage that every implementation must support.
    private const int MostBaggage = 8192;

    internal static OutboxMessage From(IEvent @event, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), @event.AggregateId, EventCatalogue.NameOf(@event.GetType()),
        JsonSerializer.Serialize(@event, @event.GetType(), EventJson.Options), null, null, null, now, 0, null);

    /// <summary>The same message with the context of the span that sends it.</summary>
    internal OutboxMessage In(Activity? span) => span is null ? this : this with
    {
        TraceParent = span.Id,
        TraceState = span.TraceStateString is { Length: > 0 } state ? state : null,
        Baggage = TextOf(span.Baggage),
    };

    private static string? TextOf(IEnumerable<KeyValuePair<string, string?>> baggage)
    {
        var text = string.Join(',', baggage.Select(entry => $"{entry.Key}={Uri.EscapeDataString(entry.Value ?? "")}"));
        return text.Length is > 0 and <= MostBaggage ? text : null;
    }
}
