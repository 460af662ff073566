using System.Diagnostics;

namespace ECommerce.Messaging;

/// <summary>The message that is being handled in this scope: what the inbox remembers and what the span tells.</summary>
public sealed class Delivery
{
    private ActivityContext _sender;
    private string _destination = "";
    private TimeSpan _delay;

    public Guid MessageId { get; private set; }

    /// <summary>Who handles it: the name of the slice.</summary>
    public string Handler { get; private set; } = "";

    /// <summary>1 for the first try.</summary>
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
