using MediatR;

namespace ECommerce.Kernel;

/// <summary>
/// A command: a MediatR request that changes state and answers with <typeparamref name="T"/> or a refusal. Commands are idempotent.
/// </summary>
public interface ICommand<T> : IRequest<Result<T>>;

/// <summary>A query: a MediatR request that reads and changes nothing.</summary>
public interface IQuery<T> : IRequest<Result<T>>;

/// <summary>A domain event, in the past tense. It is delivered by outbox: at least once, and in order per aggregate.</summary>
public interface IEvent : INotification
{
    /// <summary>The id of the aggregate. Events of one aggregate are delivered in the order in which they happened.</summary>
    /// <remarks>Implemented explicitly, since it repeats another property.</remarks>
    Guid AggregateId { get; }
}

/// <summary>
/// An event that all hosts are notified of at its commit, in addition to its delivery by outbox. PostgreSQL's NOTIFY carries its wire name
/// and the aggregate's id, at most once. It is for caches that must be invalidated by the change.
/// </summary>
public interface IBroadcast : IEvent;

/// <summary>The versioned name of an event in outbox rows (<c>orders.order-placed.v1</c>), which is independent of its CLR name.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
