using System.Text;

namespace Observability.Console.Filtering;

/// <summary>
/// A text to compare UTF-8 with, without regard to the case of ASCII letters. A star at its beginning or end stands for any text.
/// </summary>
internal sealed class TextPattern
{
    private readonly byte[] _text;
    private readonly bool _isOpenBefore;
    private readonly bool _isOpenAfter;

    private TextPattern(string text, bool isOpenBefore, bool isOpenAfter) =>
        (_text, _isOpenBefore, _isOpenAfter) = (Encoding.UTF8.GetBytes(text), isOpenBefore, isOpenAfter);

    public static TextPattern Exactly(string text) => new(text, isOpenBefore: false, isOpenAfter: false);

    public static TextPattern Containing(string text) => new(text, isOpenBefore: true, isOpenAfter: true);

    public static TextPattern StartingWith(string text) => new(text, isOpenBefore: false, isOpenAfter: true);

    /// <summary>Reads stars.</summary>
    public static TextPattern Parse(string text)
    {
        var (before, after) = (text.StartsWith('*'), text.Length > 1 && text.EndsWith('*'));
        return new(text[(before ? 1 : 0)..^(after ? 1 : 0)], before, after);
    }

    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (text.Length < _text.Length || (text.Length > _text.Length && !_isOpenBefore && !_isOpenAfter))
            return false;
        if (!_isOpenBefore)
            return IsEqual(text[.._text.Length], _text);
        return _isOpenAfter ? Contains(text) : IsEqual(text[^_text.Length..], _text);
    }

    private bool Contains(ReadOnlySpan<byte> text)
    {
        if (_text.Length == 0)
            return true;
        var first = _text[0];
        var other = char.IsAsciiLetter((char)first) ? (byte)(first ^ 0x20) : first;
        while (text.Length >= _text.Length)
        {
            var start = text[..(text.Length - _text.Length + 1)].IndexOfAny(first, other);
            if (start < 0)
                return false;
            if (IsEqual(text.Slice(start, _text.Length), _text))
                return true;
            text = text[(start + 1)..];
        }
        return false;
    }

    // Of equal length. Ascii.EqualsIgnoreCase finds texts with other letters unequal, even to themselves.
    private static bool IsEqual(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && ((one[i] ^ other[i]) != 0x20 || !char.IsAsciiLetter((char)one[i])))
                return false;
        }
        return true;
    }
}
