namespace ECommerce.Web;

/// <summary>Text of a caller as it may stand in an answer: 100 characters of it at most.</summary>
public static class Shortened
{
    /// <summary>Characters of a caller's text that an answer repeats, the ellipsis included.</summary>
    public const int Most = 100;

    /// <summary>The text, or its beginning and an ellipsis. A surrogate pair is not split.</summary>
    public static string Of(string text)
    {
        if (text.Length <= Most)
            return text;
        var end = Most - 1;
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)}…";
    }
}
