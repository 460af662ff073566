using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FluentValidation;

namespace ECommerce.Users;

/// <summary>What an e-mail, a name and a password look like. Whoever wants to know whether an e-mail is real writes to it.</summary>
internal static partial class UserRules
{
    /// <summary>One @ with something on both sides, no spaces, no control or invisible characters.</summary>
    public const string EmailPattern = @"^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$";

    /// <summary>The longest address that mail can be sent to (RFC 5321, erratum 1690).</summary>
    public const int MaxEmail = 254;

    public const int MinPassword = 8;
    public const int MaxPassword = 128;

    private const string EmailWanted = "Must be an e-mail address such as ada@example.com.";
    private const string NameWanted = "Must have 2 to 100 characters.";
    private const string PasswordWanted = "Must have 8 to 128 characters.";

    public static IRuleBuilderOptions<T, string?> IsEmail<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(EmailWanted)
        .MaximumLength(MaxEmail).WithMessage($"Must have at most {MaxEmail} characters.")
        .Matches(Email()).WithMessage(EmailWanted);

    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(NameWanted)
        .Length(2, 100).WithMessage(NameWanted)
        .Must(name => name is null || (name.Trim().Length == name.Length && !name.Any(char.IsControl)))
        .WithMessage("Must have no control characters, and no space at either end.");

    public static IRuleBuilderOptions<T, string?> IsPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotNull().WithMessage(PasswordWanted)
        .Length(MinPassword, MaxPassword).WithMessage(PasswordWanted);

    /// <summary>A password that somebody claims to have: any that could ever have been accepted.</summary>
    public static IRuleBuilderOptions<T, string?> IsGivenPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotEmpty().WithMessage("Must be given.")
        .MaximumLength(MaxPassword).WithMessage($"Must have at most {MaxPassword} characters.");

    /// <summary>The e-mail as it is compared: without case, the same on every server.</summary>
    [return: NotNullIfNotNull(nameof(email))]
    public static string? KeyOf(string? email) => email?.ToLowerInvariant();

    [GeneratedRegex(EmailPattern)]
    private static partial Regex Email();
}
