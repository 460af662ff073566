using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ECommerce.Text;

namespace ECommerce.Users;

/// <summary>The validation rules of e-mails, names and passwords. Whether an e-mail exists is not checked.</summary>
internal static partial class UserRules
{
    /// <summary>The pattern of an e-mail: one @ with text on both sides, no spaces, no control or invisible characters.</summary>
    public const string EmailPattern = @"^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$";

    private const string DescribedEmail = @"^[^\s@]+@[^\s@]+$";

    /// <summary>The length limit of an address (RFC 5321, erratum 1690).</summary>
    public const int MaxEmail = 254;

    public const int MinPassword = 8;
    public const int MaxPassword = 128;

    private const string EmailWanted = "Must be an e-mail address such as ada@example.com.";
    private const string NameWanted = "Must have 2 to 100 characters.";
    private const string PasswordWanted = "Must have 8 to 128 characters.";
    private const string NothingInvisible = "Must have no invisible or unassigned characters, and no combining mark without its letter.";

    public static IRuleBuilderOptions<T, string?> IsEmail<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(EmailWanted)
        .MaximumLength(MaxEmail).WithMessage($"Must have at most {MaxEmail} characters.")
        .IsFormed((0, int.MaxValue), DescribedEmail, email => Email().IsMatch(email)).WithMessage(EmailWanted)
        // An e-mail that is too long is refused already, and not normalised.
        .Must(email => email is null or { Length: > MaxEmail } || IsVisible(email)).WithMessage(NothingInvisible)
        .Must(email => email is null or { Length: > MaxEmail } || IsEmailToo(KeyOf(email))).WithMessage("Must be an e-mail address in plain characters too: full-width and other presentation forms are read as the plain ones.");

    /// <summary>Validates the e-mail of a login: any that could ever have been registered.</summary>
    public static IRuleBuilderOptions<T, string?> IsGivenEmail<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(EmailWanted)
        .MaximumLength(MaxEmail).WithMessage($"Must have at most {MaxEmail} characters.")
        .IsFormed((0, int.MaxValue), DescribedEmail, email => Email().IsMatch(email)).WithMessage(EmailWanted);

    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(NameWanted)
        .Length(2, 100).WithMessage(NameWanted)
        .Must(name => name is null || (name.Trim().Length == name.Length && !name.Any(char.IsControl)))
        .WithMessage("Must have no control characters, and no space at either end.")
        .IsLegible();

    public static IRuleBuilderOptions<T, string?> IsPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(PasswordWanted)
        .Length(MinPassword, MaxPassword).WithMessage(PasswordWanted)
        .Must(password => password is null or { Length: > MaxPassword } || PasswordText.Prepare(password).Length is 0 or >= MinPassword).WithMessage(PasswordWanted)
        .Must(password => password is null or "" || !string.IsNullOrWhiteSpace(password)).WithMessage("Must not be blank.")
        .Must(password => password is null or { Length: > MaxPassword } || PasswordText.IsTypeable(password)).WithMessage("Must have no control or unassigned characters.");

    /// <summary>Validates the password of a login: any that could ever have been accepted.</summary>
    public static IRuleBuilderOptions<T, string?> IsGivenPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage("Must be given.")
        .MinimumLength(1).WithMessage("Must be given.")
        .MaximumLength(MaxPassword).WithMessage($"Must have at most {MaxPassword} characters.");

    /// <summary>
    /// The key by which e-mails are compared, similar to UsernameCaseMapped (RFC 8265, section 3.3) and the same on every server:
    /// presentation forms are mapped to plain characters, case is folded (upper, then lower, so that both forms of a sigma are equal),
    /// characters are composed. It uses form KC and not C, so that two addresses that look alike are one account; the address itself stays
    /// as typed (RFC 6532, section 3.1).
    /// </summary>
    [return: NotNullIfNotNull(nameof(email))]
    public static string? KeyOf(string? email) =>
        email is null ? null : UnicodeNormalization.ToNfkc(UnicodeNormalization.ToNfkc(email).ToUpperInvariant().ToLowerInvariant());

    /// <summary>
    /// The key of e-mails that were registered before <see cref="KeyOf"/> normalised, where the migration found a conflict.
    /// </summary>
    public static string FormerKeyOf(string email) => email.ToLowerInvariant();

    // A combining mark after the @ or a dot would be drawn on it.
    private static bool IsVisible(string email) =>
        LegibleText.Is(email) && !email.Split('@', '.').Any(part => LegibleText.BeginsWithMark(part));

    private static bool IsEmailToo(string key) => key.Length <= MaxEmail && Email().IsMatch(key);

    [GeneratedRegex(EmailPattern)]
    private static partial Regex Email();
}
