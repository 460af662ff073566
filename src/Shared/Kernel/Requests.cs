using MediatR;

namespace ECommerce.Kernel;

/// <summary>Asks for a change. Answers with <typeparamref name="T"/> or says why not; may be sent twice.</summary>
public interface ICommand<T> : IRequest<Result<T>>;

/// <summary>Asks a question and changes nothing.</summary>
public interface IQuery<T> : IRequest<Result<T>>;

/// <summary>A fact, in the past tense, that travels by outbox: at least once, and in order per aggregate.</summary>
public interface IEvent : INotification
{
    /// <summary>Whose story this belongs to: events of one aggregate are delivered in the order in which they happened.</summary>
    /// <remarks>Implemented explicitly, so that it is not written a second time beside the property it repeats.</remarks>
    Guid AggregateId { get; }
}

/// <summary>
/// An event that every host of the shop learns of at its commit, in addition to its delivery by outbox: PostgreSQL's NOTIFY carries its wire
/// name and the aggregate's id, at most once. For caches that must not outlive a change.
/// </summary>
public interface IBroadcast : IEvent;

/// <summary>The stable name of an event on the wire, with its version (<c>orders.order-placed.v1</c>); never a CLR name.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
