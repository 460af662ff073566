using ECommerce.Kernel;

namespace ECommerce.Users.Contracts;

/// <summary>Who a user is, to another module. Refused with <c>not_found</c> when there is none, or the user has been deleted.</summary>
public sealed record FindUser(Guid UserId) : IQuery<UserFound>;

/// <param name="Id">The user's id.</param>
/// <param name="Role"><c>customer</c> or <c>admin</c>.</param>
/// <param name="CredentialsVersion">Grows with every change of the password: an older token is worth nothing.</param>
public sealed record UserFound(Guid Id, string Role, int CredentialsVersion);
