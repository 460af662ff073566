using ECommerce.Kernel;

namespace ECommerce.Users.Contracts;

[EventName("users.user-registered.v1")]
public sealed record UserRegistered(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>Tokens of this user are worth nothing any more, and what they have not paid for is cancelled.</summary>
[EventName("users.user-deleted.v1")]
public sealed record UserDeleted(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>Tokens issued before are worth nothing any more.</summary>
[EventName("users.password-changed.v1")]
public sealed record PasswordChanged(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}
