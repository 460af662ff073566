using System.Text.Json;
using ECommerce.Kernel;

namespace ECommerce.Messaging;

/// <summary>A row of an outbox.</summary>
/// <param name="Type">The event's wire name, <c>orders.order-placed.v1</c>.</param>
/// <param name="TraceParent">The sender's span (W3C Trace Context), which the receiver's span links to.</param>
/// <param name="Attempts">The number of failed deliveries.</param>
internal sealed record OutboxMessage(
    Guid Id, Guid AggregateId, string Type, string Payload, string? TraceParent, DateTimeOffset OccurredAt, int Attempts)
{
    public static OutboxMessage From(IEvent @event, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), @event.AggregateId, EventCatalogue.NameOf(@event.GetType()),
        JsonSerializer.Serialize(@event, @event.GetType(), EventJson.Options), null, now, 0);
}
