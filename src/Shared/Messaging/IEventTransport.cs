namespace ECommerce.Messaging;

/// <summary>Carries events to modules of other processes. A host without a transport delivers all events in process.</summary>
public interface IEventTransport
{
    /// <summary>The modules of other processes that handle the event; empty when all its handlers are in this process.</summary>
    IReadOnlyList<string> ReceiversOf(string eventName);

    /// <summary>The wire names of the events that cannot be sent at this moment. Their rows stay in the outbox and are not read.</summary>
    IReadOnlyList<string> HeldBack { get; }

    /// <summary>How long a published row waits for the acknowledgement of its receivers before it is published again.</summary>
    TimeSpan AcknowledgeTimeout { get; }

    /// <summary>Publishes an event. Never throws.</summary>
    /// <param name="message">The row of the outbox.</param>
    /// <param name="lifetime">How long the message is worth delivering: until it is published again.</param>
    Task<PublishOutcome> PublishAsync(OutboxMessage message, TimeSpan lifetime);
}

/// <summary>The outcome of one publication.</summary>
public enum PublishOutcome
{
    /// <summary>The transport has stored the message.</summary>
    Confirmed,

    /// <summary>The transport is away or takes no messages now; the row stays as it was.</summary>
    Postponed,

    /// <summary>The message has no receiver or is too large. It counts as a failed attempt.</summary>
    Undeliverable,
}
