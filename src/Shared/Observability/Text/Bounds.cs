namespace Observability.Text;

/// <summary>
/// How long a text may be that a span or a log line carries. Callers write some of these texts (User-Agent, path, Host), so none is kept,
/// exported or written beyond its bound. Lengths are in UTF-16 characters.
/// </summary>
internal static class Bounds
{
    /// <summary>The value of an attribute or of a property.</summary>
    public const int Value = 256;

    /// <summary>The rendered message of a log line, and the message of an exception.</summary>
    public const int Message = 1024;

    /// <summary>What the shop itself writes: the text of a statement, and a stack trace.</summary>
    public const int OwnText = 16 * 1024;

    /// <summary>The bound of a span's attribute or a log line's property, by its name.</summary>
    public static int Of(string name) => name is "db.query.text" or "exception.stacktrace" ? OwnText : name is "exception.message" ? Message : Value;

    /// <summary>The text itself when it is within the bound.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : VisibleText.Cut(text, most).ToString();
}
