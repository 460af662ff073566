using ECommerce.Kernel;

namespace ECommerce.Users.Contracts;

[EventName("users.user-registered.v1")]
public sealed record UserRegistered(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>Tokens of this user are worth nothing any more, and what they have not paid for is cancelled.</summary>
[EventName("users.user-deleted.v1")]
public sealed record UserDeleted(Guid UserId, DateTimeOffset At) : IBroadcast
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>Tokens issued before are worth nothing any more.</summary>
[EventName("users.password-changed.v1")]
public sealed record PasswordChanged(Guid UserId, DateTimeOffset At) : IBroadcast
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>The user's deletion was taken back: the account is open again, tokens issued before the deletion stay invalid.</summary>
[EventName("users.user-restored.v1")]
public sealed record UserRestored(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>All tokens issued to the user before are invalid.</summary>
[EventName("users.tokens-revoked.v1")]
public sealed record TokensRevoked(Guid UserId, DateTimeOffset At) : IBroadcast
{
    Guid IEvent.AggregateId => UserId;
}
