namespace ECommerce.Users;

/// <summary>What Users refuses, and why.</summary>
internal static class UsersErrors
{
}
