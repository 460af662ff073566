using System.Diagnostics;

namespace ECommerce.Messaging;

/// <summary>The delivery of a message to a handler, scoped: what the inbox records and the span shows.</summary>
public sealed class Delivery
{
    private static readonly InboundTransport InProcess = new("outbox", "");

    private ActivityContext _sender;
    private InboundTransport _transport = InProcess;
    private string? _receiver;
    private string? _baggage;
    private TimeSpan _delay;

    public Guid MessageId { get; private set; }

    /// <summary>The handler's name, which is that of its slice.</summary>
    public string Handler { get; private set; } = "";

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; private set; }

    /// <param name="message">The message.</param>
    /// <param name="delay">The time since the event was committed.</param>
    /// <param name="receiver">The module whose handlers it is for; null for all modules of this process.</param>
    /// <param name="transport">How it arrived; null when the relay is in this process.</param>
    internal void Begin(OutboxMessage message, TimeSpan delay, string? receiver = null, InboundTransport? transport = null)
    {
        (MessageId, Attempt, _delay, _baggage, _receiver) = (message.Id, message.Attempts + 1, delay, message.Baggage, receiver);
        _transport = transport ?? InProcess with { Destination = message.Type };
        ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out _sender);
    }

    /// <summary>Whether a handler of the module gets the message.</summary>
    public bool IsFor(string module) => _receiver is null || _receiver == module;

    public void TakeOver(Delivery delivery, string handler)
    {
        (MessageId, Attempt, Handler) = (delivery.MessageId, delivery.Attempt, handler);
        (_sender, _transport, _delay, _baggage, _receiver) = (delivery._sender, delivery._transport, delivery._delay, delivery._baggage, delivery._receiver);
    }

    public IEnumerable<ActivityLink> Links() => _sender == default ? [] : [new ActivityLink(_sender)];

    public void Describe(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        activity
            .SetTag("messaging.system", _transport.System)
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", _transport.Destination)
            .SetTag("messaging.message.id", MessageId)
            .SetTag("app.outbox.attempt", Attempt)
            .SetTag("app.outbox.delay_ms", _delay.TotalMilliseconds);
        foreach (var entry in _baggage?.Split(',') ?? [])
        {
            if (entry.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
                activity.AddBaggage(entry[..equals], Uri.UnescapeDataString(entry[(equals + 1)..]));
        }
    }
}
