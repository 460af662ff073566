namespace ECommerce.Web;

/// <summary>Truncates a caller's text to 100 characters for use in an answer.</summary>
public static class TruncatedText
{
    /// <summary>The limit on characters, the ellipsis included.</summary>
    public const int Most = 100;

    /// <summary>The text, or its beginning and an ellipsis, without splitting a surrogate pair.</summary>
    public static string Of(string text)
    {
        if (text.Length <= Most)
            return text;
        var end = Most - 1;
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)}…";
    }
}
