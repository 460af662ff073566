using System.Text.RegularExpressions;
using Observability.Console.Parts;
using Observability.Console.Settings;

namespace Observability.Console.Runbooks;

/// <summary>A search of the page of log records.</summary>
/// <param name="Filter">The filter in the console's language.</param>
/// <param name="Range">The word of the time.</param>
internal sealed record LogLink(string Filter, string Range)
{
    public string Address => $"{ConsoleSettings.PagePath}/logs?filter={Uri.EscapeDataString(Filter)}&range={Range}";
}

/// <summary>
/// Translates the simple part of LogQL into searches of the console: a selector of this host's service, filters of lines, and comparisons of
/// fields. Alternatives become a search each. What counts lines leads to the lines.
/// </summary>
internal static partial class LogQlTranslation
{
    private const int MostLinks = 8;
    private const string UsualRange = "1h";

    /// <returns>The searches; none where the query cannot be translated.</returns>
    public static IReadOnlyList<LogLink> Of(string logql, string service, ConsoleSettings settings)
    {
        var query = Query().Match(logql.Trim());
        if (!query.Success || query.Groups["service"].Value != service)
            return [];
        List<string> filters = [""];
        foreach (Capture stage in query.Groups["stage"].Captures)
        {
            if (Alternatives(stage.Value.Trim(), settings) is not { Count: > 0 } alternatives || filters.Count * alternatives.Count > MostLinks)
                return [];
            filters = [.. from filter in filters from term in alternatives select $"{filter} {term}".Trim()];
        }
        var range = RangeOf(query.Groups["range"].Value);
        return [.. filters.Select(filter => new LogLink(filter, range))];
    }

    private static List<string>? Alternatives(string stage, ConsoleSettings settings)
    {
        var match = Stage().Match(stage);
        if (!match.Success)
            return null;
        var (operation, text) = (match.Groups["operator"].Value, match.Groups["text"].Value);
        if (match.Groups["field"] is not { Success: true } name)
            return operation == "|=" ? [Quoted(text)] : operation == "!=" ? ["-" + Quoted(text)] : null;
        var field = FieldOf(name.Value, settings);
        if (match.Groups["number"] is { Success: true } number)
            return operation is "=" or "==" ? [$"{field}:{number.Value}"] : operation == "!=" ? [$"-{field}:{number.Value}"] : [$"{field}{operation}{number.Value}"];
        return operation switch
        {
            "=" => [$"{field}:{Quoted(text)}"],
            "!=" => [$"-{field}:{Quoted(text)}"],
            "=~" => Words(text)?.ConvertAll(word => $"{field}:{word}"),
            "!~" => Words(text) is { } words ? [string.Join(' ', words.Select(word => $"-{field}:{word}"))] : null,
            _ => null,
        };
    }

    // `event` and the like are words of the filter; Loki writes _ where a field has a dot.
    private static string FieldOf(string name, ConsoleSettings settings) =>
        name is "event" or "level" or "status" || settings.Fields.ContainsKey(name) ? name : $"attr.{name.Replace('_', '.')}";

    /// <summary>The words of a pattern of alternatives, each with a star where it may go on; null for any other pattern.</summary>
    private static List<string>? Words(string pattern)
    {
        var words = pattern.Split('|');
        return Array.TrueForAll(words, word => Word().IsMatch(word))
            ? [.. words.Select(word => word.EndsWith(".*", StringComparison.Ordinal) ? $"{word[..^2]}*" : Quoted(word))]
            : null;
    }

    private static string Quoted(string text) =>
        Plain().IsMatch(text) ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // The shortest time of the page that contains the range.
    private static string RangeOf(string range) =>
        range.Length == 0 || PromQl.PromQlDuration.Parse(range) is not { } length ? UsualRange
        : TimeRange.Words.FirstOrDefault(one => one.Length.TotalMilliseconds >= length).Word ?? TimeRange.Words[^1].Word;

    [GeneratedRegex("""
        ^(?:topk\s*\(\s*\d+\s*,\s*)?(?:sum(?:\s+by\s*\([^)]*\))?\s*\()?(?:\s*count_over_time\s*\()?\s*\{\s*service_name="(?<service>[^"]*)"\s*\}
        (?<stage>\s*(?:(?:\|=|\|~|!=|!~)\s*"[^"]*"|\|\s*\w+\s*(?:==|=~|!~|!=|>=|<=|=|>|<)\s*(?:"[^"]*"|-?[\d.]+)))*
        \s*(?:\[(?<range>\w+)\])?[\s)]*$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query();

    [GeneratedRegex("""
        ^(?:(?<operator>\|=|!=)\s*"(?<text>[^"]*)"|\|\s*(?<field>\w+)\s*(?<operator>==|=~|!~|!=|>=|<=|=|>|<)\s*(?:"(?<text>[^"]*)"|(?<number>-?[\d.]+)))$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^(?:[\w.\-]+?\.\*|[\w.\- ]+)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[\w./\-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
