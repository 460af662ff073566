using System.Diagnostics;

namespace ECommerce.Messaging;

/// <summary>The delivery of a message to a handler, scoped: what the inbox records and the span shows.</summary>
public sealed class Delivery
{
    private ActivityContext _sender;
    private string _destination = "";
    private TimeSpan _delay;

    public Guid MessageId { get; private set; }

    /// <summary>The handler's name, which is that of its slice.</summary>
    public string Handler { get; private set; } = "";

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; private set; }

    internal void Begin(OutboxMessage message, TimeSpan delay)
    {
        (MessageId, Attempt, _destination, _delay) = (message.Id, message.Attempts + 1, message.Type, delay);
        ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out _sender);
    }

    public void TakeOver(Delivery delivery, string handler)
    {
        (MessageId, Attempt, Handler) = (delivery.MessageId, delivery.Attempt, handler);
        (_sender, _destination, _delay) = (delivery._sender, delivery._destination, delivery._delay);
    }

    public IEnumerable<ActivityLink> Links() => _sender == default ? [] : [new ActivityLink(_sender)];

    public void Describe(Activity activity) => activity
        .SetTag("messaging.system", "outbox")
        .SetTag("messaging.operation.name", "process")
        .SetTag("messaging.operation.type", "process")
        .SetTag("messaging.destination.name", _destination)
        .SetTag("messaging.message.id", MessageId)
        .SetTag("app.outbox.attempt", Attempt)
        .SetTag("app.outbox.delay_ms", _delay.TotalMilliseconds);
}
