using System.Text.RegularExpressions;

namespace Observability.Console.Sampling;

/// <summary>Evaluates conditions on labels.</summary>
internal static class LabelMatching
{
    private const int MostConditions = 32;
    private const int LongestPattern = 1000;

    /// <exception cref="ArgumentException">A condition cannot be evaluated.</exception>
    public static Func<IReadOnlyList<KeyValuePair<string, string>>, bool> Of(IReadOnlyList<LabelCondition> conditions)
    {
        if (conditions.Count > MostConditions)
            throw new ArgumentException($"There are more than {MostConditions} conditions.", nameof(conditions));
        (string Label, Func<string, bool> Holds)[] tests = [.. conditions.Select(condition => (condition.Label, TestOf(condition)))];
        return labels =>
        {
            foreach (var (label, holds) in tests)
            {
                if (!holds(ValueOf(labels, label)))
                    return false;
            }
            return true;
        };
    }

    /// <summary>The value of a label; empty when it is missing.</summary>
    public static string ValueOf(IReadOnlyList<KeyValuePair<string, string>> labels, string label)
    {
        foreach (var (name, value) in labels)
        {
            if (name == label)
                return value;
        }
        return "";
    }

    private static Func<string, bool> TestOf(LabelCondition condition)
    {
        switch (condition.Operator)
        {
            case "=": return value => value == condition.Value;
            case "!=": return value => value != condition.Value;
            case "=~" or "!~":
                if (condition.Value.Length > LongestPattern)
                    throw new ArgumentException($"A pattern has at most {LongestPattern} characters.", nameof(condition));
                var isWanted = condition.Operator == "=~";
                // As Prometheus' RE2: anchored, and in linear time.
                var pattern = new Regex($"^(?:{condition.Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
                return value => pattern.IsMatch(value) == isWanted;
            default:
                throw new ArgumentException($"The operator {condition.Operator} is none of =, !=, =~ and !~.", nameof(condition));
        }
    }
}
