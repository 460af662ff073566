using System.Text.RegularExpressions;
using Observability.Console.Sampling;

namespace Observability.Console.Sessions;

/// <summary>Evaluates conditions on labels. A regular expression is anchored and takes time in proportion to its text alone.</summary>
internal static class LabelMatching
{
    public static bool Holds(LabelCondition condition, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var value = labels.FirstOrDefault(label => label.Key == condition.Label).Value ?? "";
        return condition.Operator switch
        {
            "=" => value == condition.Value,
            "!=" => value != condition.Value,
            "=~" => Matches(value, condition.Value),
            "!~" => !Matches(value, condition.Value),
            _ => false,
        };
    }

    private static bool Matches(string value, string pattern) => Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
