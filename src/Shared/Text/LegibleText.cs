using System.Globalization;
using System.Text;

namespace ECommerce.Text;

/// <summary>
/// Validates text that others read: no control, format, unassigned, private-use or surrogate code points, and none with
/// Default_Ignorable_Code_Point, which programs do not draw. It follows the classes of RFC 8264 and UTS #39.
/// </summary>
public static class LegibleText
{
    private const int NonJoiner = 0x200C, Joiner = 0x200D, BrailleBlank = 0x2800;

    /// <summary>Whether every code point is visible, and no combining mark comes before the first letter.</summary>
    /// <param name="text">The text as UTF-16; an unpaired surrogate is refused.</param>
    /// <param name="hasLines">Whether line breaks and tabs are valid.</param>
    /// <param name="hasJoiners">
    /// Whether joiners and variation selectors are valid where scripts and emoji need them: a selector after the character that it varies,
    /// a joiner between two characters beyond ASCII.
    /// </param>
    public static bool Is(ReadOnlySpan<char> text, bool hasLines = false, bool hasJoiners = false)
    {
        var before = 0; // the visible character before, 0 at the start and behind a space
        var (isJoining, isVaried) = (false, false);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) is not System.Buffers.OperationStatus.Done)
                return false;
            text = text[length..];
            if (hasLines && rune.Value is '\n' or '\r' or '\t')
                rune = new(' ');

            if (hasJoiners && before != 0 && !isJoining && !isVaried && IsSelector(rune.Value))
            {
                isVaried = true;
                continue;
            }

            if (hasJoiners && before > 0x7F && !isJoining && rune.Value is NonJoiner or Joiner)
            {
                isJoining = true;
                continue;
            }

            if (IsInvisible(rune) || (before == 0 && IsMark(rune)) || (isJoining && (rune.IsAscii || Rune.IsWhiteSpace(rune))))
                return false;
            (isJoining, isVaried) = (false, false);
            before = Rune.IsWhiteSpace(rune) ? 0 : rune.Value;
        }

        return !isJoining;
    }

    /// <summary>Whether the text begins with a combining mark, which would be drawn on the text before it.</summary>
    public static bool BeginsWithMark(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) is System.Buffers.OperationStatus.Done && IsMark(rune);

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is BrailleBlank || IsSelector(rune.Value) || IsIgnorable(rune.Value);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsSelector(int code) => code is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180D or 0x180F;

    // Default_Ignorable_Code_Point outside the categories above, of DerivedCoreProperties.txt: letters and marks that show nothing.
    private static bool IsIgnorable(int code) => code is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0;
}
