namespace Observability.Text;

/// <summary>
/// The limits on the length of text in span attributes and log properties, in UTF-16 code units. Callers write some of these texts
/// (User-Agent, path, Host); longer ones are cut before they are kept, exported or written.
/// </summary>
internal static class TelemetryLimits
{
    /// <summary>The limit of an attribute's or a property's value.</summary>
    public const int Value = 256;

    /// <summary>The limit of a log line's rendered message and of an exception's message.</summary>
    public const int Message = 1024;

    /// <summary>The limit of text that the host itself writes: a statement's text and a stack trace.</summary>
    public const int OwnText = 16 * 1024;

    /// <summary>The limit for a span attribute or a log property of this name.</summary>
    public static int Of(string name) => name is "db.query.text" or "exception.stacktrace" ? OwnText : name is "exception.message" ? Message : Value;

    /// <summary>Returns the text unchanged when it is within the limit, otherwise its beginning.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : VisibleText.Cut(text, most).ToString();
}
