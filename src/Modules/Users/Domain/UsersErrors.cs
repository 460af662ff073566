namespace ECommerce.Users;

/// <summary>The errors of the module Users.</summary>
internal static class UsersErrors
{
    public static readonly Error EmailTaken = new("users.email_taken", 409, "Somebody is registered with this e-mail.",
        "Log in, or use another e-mail. The e-mail of a user whom an administrator deleted stays taken until the user is erased.");

    /// <summary>The same for an unknown e-mail, a wrong password and a deleted user.</summary>
    public static readonly Error BadCredentials = new("users.bad_credentials", 401, "The e-mail and the password do not belong together.",
        "Check both. After ten failures wait as long as Retry-After says: a minute at first, and longer with each further failure.");

    public static readonly Error WeakPassword = new("users.weak_password", 400, "The password is among those that are guessed first.",
        "Choose another: not one of the most common passwords, and not the e-mail or the shop's name with something around it (NIST SP 800-63B). Several words in a row are a good one.");

    public static readonly Error LastAdmin = new("users.last_admin", 409, "This is the last administrator.",
        "Keep this user: without an administrator nobody could run the shop.");

    public static readonly Error NotDeleted = new("users.not_deleted", 409, "The user is not deleted.",
        "Nothing to do: only a deleted user can be restored.");

    public static readonly Error Erased = new("users.erased", 409, "The user has been erased.",
        "Name, e-mail and password are gone: the customer left, or the time in which the deletion could be taken back is over. The customer can register again.");
}
