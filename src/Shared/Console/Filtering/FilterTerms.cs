namespace Observability.Console.Filtering;

/// <summary>Writes terms of the filter language, for links that search for what a page shows.</summary>
internal static class FilterTerms
{
    private const int LongestValue = 200;

    /// <summary>A term that holds for records whose attribute has the value; null when the value is too long for a term or cannot be typed.</summary>
    public static string? OfAttribute(string key, string value) =>
        key.Length is 0 or > LongestValue || key.Any(char.IsControl) ? null
        : OfField(key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-') ? $"attr.{key}" : $"attr.{Quoted(key)}", value);

    /// <summary>A term that holds for records whose field has the value.</summary>
    public static string? OfField(string field, string value) =>
        value.Length is 0 or > LongestValue || value.Any(char.IsControl) ? null : $"{field}:{Quoted(value)}";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
