namespace ECommerce.Users;

/// <summary>What erasing a user means. The row and its id stay, because orders refer to it; nothing in it identifies a person any more.</summary>
internal static class Erasure
{
    /// <summary>
    /// The assignments of an UPDATE that erases. The key has no @, so that nobody can register it, and it frees the e-mail. An empty hash
    /// matches no password. Parameter: <c>@Now</c>.
    /// </summary>
    public const string Assignments = """
        email = 'erased', email_key = 'erased ' || id, name = 'Erased user', password_hash = '', erased_at = @Now
        """;
}
