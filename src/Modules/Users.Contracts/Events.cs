using ECommerce.Kernel;

namespace ECommerce.Users.Contracts;

[EventName("users.user-registered.v1")]
public sealed record UserRegistered(Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>A user was deleted: the user's tokens are invalid, and unpaid orders are cancelled.</summary>
[EventName("users.user-deleted.v1")]
public sealed record UserDeleted(Guid UserId, DateTimeOffset At) : IBroadcast
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>A password was changed: tokens that were issued before are invalid.</summary>
[EventName("users.password-changed.v1")]
public sealed record PasswordChanged(Guid UserId, DateTimeOffset At) : IBroadcast
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>A user's deletion was undone: the account is active again; tokens issued before the deletion stay invalid.</summary>
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
