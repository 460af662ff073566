using ECommerce.Kernel;

namespace ECommerce.Users.Contracts;

/// <summary>Finds a user for another module. Refused with <c>not_found</c> when there is none, or the user was deleted.</summary>
public sealed record FindUser(Guid UserId) : IQuery<UserFound>;

/// <param name="Id">The user's id.</param>
/// <param name="Role"><c>customer</c> or <c>admin</c>.</param>
/// <param name="CredentialsVersion">Incremented by every change of the password: tokens with an older version are invalid.</param>
public sealed record UserFound(Guid Id, string Role, int CredentialsVersion);
