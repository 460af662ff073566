using System.Globalization;
using System.Text.RegularExpressions;

namespace Observability.Console.PromQl;

/// <summary>Durations as PromQL writes them: <c>5m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static partial class PromQlDuration
{
    // A century is longer than any store, and far from the end of a long.
    private const long Most = 100L * 365 * 24 * 3600 * 1000;

    /// <summary>The length of the duration at the beginning of a text; 0 when there is none.</summary>
    public static int LengthAt(ReadOnlySpan<char> text)
    {
        foreach (var match in Shape().EnumerateMatches(text))
            return match.Length;
        return 0;
    }

    /// <returns>The duration in milliseconds; null when the text is none, or too long.</returns>
    public static long? Parse(string text)
    {
        if (text.Length > 40 || LengthAt(text) != text.Length || text.Length == 0)
            return null;
        var sum = 0.0;
        foreach (Match part in Part().Matches(text))
            sum += double.Parse(part.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * UnitOf(part.Groups["unit"].Value);
        return sum <= Most ? (long)sum : null;
    }

    private static long UnitOf(string unit) => unit switch
    {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 3600 * 1000,
        "d" => 24L * 3600 * 1000,
        "w" => 7L * 24 * 3600 * 1000,
        _ => 365L * 24 * 3600 * 1000,
    };

    [GeneratedRegex(@"^(\d+(ms|[smhdwy]))+(?![A-Za-z0-9_])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?<number>\d+)(?<unit>ms|[smhdwy])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
