namespace ECommerce.Users;

/// <summary>The erasure of a user's personal data. The row and its id stay, because orders refer to it.</summary>
internal static class Erasure
{
    /// <summary>
    /// The SET clause of an UPDATE that erases. The key contains no @, so that nobody can register it, and the e-mail becomes free. An
    /// empty hash matches no password. Parameter: <c>@Now</c>.
    /// </summary>
    public const string Assignments = """
        email = 'erased', email_key = 'erased ' || id, name = 'Erased user', password_hash = '', erased_at = @Now
        """;
}
