using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Text;

/// <summary>
/// A strict, culture-invariant parser with one grammar per type: numbers of JSON (RFC 8259, section 6), date-times of RFC 3339, UUIDs of
/// RFC 9562, <c>true</c> and <c>false</c>, durations of .NET. Nothing is trimmed, rounded or guessed.
/// </summary>
public static partial class StrictParser
{
    // A decimal holds every number of 28 significant digits, down to the 28th decimal place.
    private const int MostDigits = 28;

    // Nanoseconds. Digits after the seventh are below the resolution of a DateTimeOffset.
    private const int MostFractionDigits = 9;
    private const int KeptFractionDigits = 7;

    /// <summary>Parses a JSON number. False also for a number that a <see cref="decimal"/> would round.</summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        return IsExactNumber(text)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a JSON number without fraction and exponent.</summary>
    public static bool TryReadInteger(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var digits = text.StartsWith('-') ? text[1..] : text;
        return IsWhole(digits) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses <c>true</c> or <c>false</c>.</summary>
    public static bool TryReadBoolean(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "true";
        return value || text is "false";
    }

    /// <summary>Parses a UUID: 32 hexadecimal digits in five groups, joined by hyphens.</summary>
    public static bool TryReadUuid(ReadOnlySpan<char> text, out Guid value)
    {
        value = default;
        if (text.Length != 36)
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
                return false;
        }

        return Guid.TryParseExact(text, "D", out value);
    }

    /// <summary>
    /// Parses a date-time of RFC 3339 with its offset. Up to nine digits of a second are accepted, and the first seven are kept. A leap
    /// second and an offset of more than 14 hours are refused, since .NET has neither.
    /// </summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, out DateTimeOffset value)
    {
        value = default;
        if (!DateTimePattern().IsMatch(text))
            return false;
        Span<char> known = stackalloc char[text.Length];
        text.ToUpperInvariant(known);
        ReadOnlySpan<char> rest = known[19..];
        var fraction = 0;
        if (rest[0] is '.')
        {
            fraction = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (fraction > MostFractionDigits)
                return false;
        }

        ReadOnlySpan<char> kept = fraction == 0 ? [] : rest[..(Math.Min(fraction, KeptFractionDigits) + 1)];
        ReadOnlySpan<char> offset = rest[(fraction == 0 ? 0 : fraction + 1)..];
        return DateTimeOffset.TryParseExact(
            string.Concat(known[..19], kept, offset is "Z" ? "+00:00" : offset), (string[])["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"],
            CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
    }

    /// <summary>
    /// Parses a duration such as <c>00:00:30</c>, <c>7.00:00:00</c> or <c>00:00:00.250</c>: hours, minutes and seconds are required.
    /// </summary>
    public static bool TryReadDuration(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        return DurationPattern().IsMatch(text) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a duration as above, or as whole milliseconds or seconds: <c>500ms</c>, <c>2s</c>.</summary>
    public static bool TryReadDurationOrUnits(ReadOnlySpan<char> text, out TimeSpan value)
    {
        foreach (var (unit, ticks) in (ReadOnlySpan<(string, long)>)[("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond)])
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && TryReadInteger(text[..^unit.Length], out var number) && number <= int.MaxValue)
            {
                value = TimeSpan.FromTicks(number * ticks);
                return true;
            }
        }

        return TryReadDuration(text, out value);
    }

    /// <summary>Whether the text is a JSON number that a <see cref="decimal"/> holds exactly.</summary>
    private static bool IsExactNumber(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        var exponent = 0;
        if (digits.IndexOfAny('e', 'E') is >= 0 and var e)
        {
            var power = digits[(e + 1)..];
            if ((power is ['+' or '-', ..] ? power[1..] : power) is not { Length: > 0 and < 6 } shown || shown.ContainsAnyExceptInRange('0', '9'))
                return false;
            exponent = int.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            digits = digits[..e];
        }

        ReadOnlySpan<char> fraction = [];
        if (digits.IndexOf('.') is >= 0 and var point)
        {
            fraction = digits[(point + 1)..];
            digits = digits[..point];
            if (fraction.IsEmpty || fraction.ContainsAnyExceptInRange('0', '9'))
                return false;
        }

        return IsWhole(digits) && Holds(digits, fraction, exponent);
    }

    private static bool Holds(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int exponent)
    {
        int first = int.MaxValue, last = int.MinValue; // places of the first and the last digit that is not 0: ones are place 0, tenths -1
        for (var i = 0; i < whole.Length + fraction.Length; i++)
        {
            if ((i < whole.Length ? whole[i] : fraction[i - whole.Length]) == '0')
                continue;
            last = whole.Length - 1 - i + exponent;
            first = first == int.MaxValue ? last : first;
        }

        return first == int.MaxValue || (first - last < MostDigits && last >= -MostDigits && first <= MostDigits);
    }

    private static bool IsWhole(ReadOnlySpan<char> digits) =>
        !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9') && (digits.Length == 1 || digits[0] != '0');

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,20})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DateTimePattern();

    [GeneratedRegex(@"\A([0-9]{1,8}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationPattern();
}
