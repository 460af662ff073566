using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using ECommerce.Text;

namespace ECommerce.Users;

/// <summary>
/// Prepares passwords for hashing by the OpaqueString profile (RFC 8265, section 4.2), and detects common ones, which NIST SP 800-63B,
/// section 3.1.1.2, requires to be refused.
/// </summary>
internal static class PasswordText
{
    private const string Common = "common-passwords.txt";

    // Names of the service: "context-specific words" of SP 800-63B.
    private static readonly string[] ShopNames = ["ecommerce", "e-commerce"];

    private static readonly Lazy<FrozenSet<string>> Commons = new(ReadCommons);

    /// <summary>Maps other spaces to the ASCII space and composes characters (NFC). Case is preserved.</summary>
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password))
            return password;
        var spaced = string.Create(password.Length, password, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = char.GetUnicodeCategory(from[i]) is UnicodeCategory.SpaceSeparator ? ' ' : from[i];
        });
        return UnicodeNormalization.ToNfc(spaced);
    }

    /// <summary>Whether every code point can be typed again: no control characters, no unassigned ones, no unpaired surrogates.</summary>
    public static bool IsTypeable(string password)
    {
        for (var rest = password.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) is not System.Buffers.OperationStatus.Done
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)
                return false;
            rest = rest[length..];
        }

        return true;
    }

    /// <summary>
    /// Whether the password is among the most common ones, or is the account's e-mail or the shop's name with digits and punctuation around
    /// it. The comparison ignores case.
    /// </summary>
    public static bool IsGuessedFirst(string password, string emailKey)
    {
        var folded = UserRules.KeyOf(Prepare(password));
        if (Commons.Value.Contains(folded))
            return true;
        var core = CoreOf(folded);
        return core == CoreOf(emailKey) || core == CoreOf(emailKey.Split('@')[0]) || ShopNames.Contains(core, StringComparer.Ordinal);
    }

    private static string CoreOf(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && !char.IsLetter(text[start]))
            start++;
        while (end > start && !char.IsLetter(text[end - 1]))
            end--;
        return start == end ? text : text[start..end];
    }

    private static FrozenSet<string> ReadCommons()
    {
        using var stream = typeof(PasswordText).Assembly.GetManifestResourceStream(Common)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
