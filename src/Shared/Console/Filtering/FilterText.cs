namespace Observability.Console.Filtering;

/// <summary>Writes terms of the filter language, which <see cref="FilterParser"/> reads.</summary>
internal static class FilterText
{
    /// <summary>The field of an attribute: <c>attr.key</c>, with quotation marks when they are needed.</summary>
    public static string Attribute(string key) => key.Length > 0 && key.All(IsPlain) ? $"attr.{key}" : $"attr.{Quoted(key)}";

    /// <summary>A field with exactly this value.</summary>
    public static string Equal(string field, string value) => $"{field}:{(value.Length > 0 && value.All(IsPlain) ? value : Quoted(value))}";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '/';
}
