using System.Buffers;
using System.Globalization;
using System.Text;

namespace Observability.Text;

/// <summary>
/// Escapes untrusted text for terminals and plain-text pages: characters that move the cursor, begin a line, change colours or the reading
/// direction, or are invisible become visible escapes such as <c>\u001b</c>.
/// </summary>
/// <remarks>
/// Escaped are the Unicode categories Control (C0, DEL, C1), Format (bidirectional controls, zero-width characters, tags), Line Separator,
/// Paragraph Separator, and surrogates without a partner. See Unicode Technical Report 36, "Unicode Security Considerations".
/// </remarks>
public static class VisibleText
{
    /// <summary>The default limit on the shown characters.</summary>
    public const int UsualLength = 1024;

    /// <summary>
    /// The text with visible escapes, cut after <paramref name="most"/> characters. A clean text within the limit is returned itself.
    /// </summary>
    public static string Of(string text, int most = UsualLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= most && IsClean(text))
            return text;
        var shown = new StringBuilder(Math.Min(text.Length, most) + 16);
        var rest = Cut(text, most);
        while (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) is var status && consumed > 0)
        {
            if (status is OperationStatus.Done && IsHarmless(rune))
                shown.Append(rest[..consumed]);
            else if (consumed == 1)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)rest[0]:x4}");
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            rest = rest[consumed..];
        }
        return text.Length > most ? shown.Append('…').ToString() : shown.ToString();
    }

    /// <summary>Writes the text with visible escapes as UTF-8, without allocating a string.</summary>
    public static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!text.ContainsAnyExceptInRange(' ', '~'))
        {
            destination.Advance(Encoding.UTF8.GetBytes(text, destination.GetSpan(text.Length)));
            return;
        }

        while (Rune.DecodeFromUtf16(text, out var rune, out var consumed) is var status && consumed > 0)
        {
            if (status is not OperationStatus.Done)
                WriteEscape(text[0], destination);
            else if (IsHarmless(rune))
                destination.Advance(rune.EncodeToUtf8(destination.GetSpan(4)));
            else
                WriteEscape(rune.Value, destination);
            text = text[consumed..];
        }
    }

    /// <summary>The beginning of a text up to this length, without splitting a surrogate pair.</summary>
    public static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static bool IsClean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return true;
        var rest = text.AsSpan();
        while (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) is var status && consumed > 0)
        {
            if (status is not OperationStatus.Done || !IsHarmless(rune))
                return false;
            rest = rest[consumed..];
        }
        return true;
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void WriteEscape(int value, IBufferWriter<byte> destination)
    {
        Span<byte> escape = stackalloc byte[10];
        var isLong = value > char.MaxValue;
        escape[0] = (byte)'\\';
        escape[1] = isLong ? (byte)'U' : (byte)'u';
        value.TryFormat(escape[2..], out var digits, isLong ? "x8" : "x4", CultureInfo.InvariantCulture);
        destination.Write(escape[..(2 + digits)]);
    }
}
