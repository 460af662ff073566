namespace ECommerce.Generate.PromQl;

/// <summary>The series that an expression asks for: the name of a metric and what their labels must be.</summary>
/// <param name="Metric">Null when the expression names none, or only a pattern of names in <paramref name="Matchers"/>.</param>
/// <param name="Matchers">In the order in which they are written.</param>
internal sealed record Selector(string? Metric, IReadOnlyList<Selector.Matcher> Matchers)
{
    /// <summary>One condition of a label.</summary>
    /// <param name="Label">Its name.</param>
    /// <param name="Operator"><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</param>
    /// <param name="Value">A value, or a regular expression that has to match all of it.</param>
    public sealed record Matcher(string Label, string Operator, string Value)
    {
        public override string ToString() => $"{Label}{Operator}\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Every selector of an expression, in the order in which they stand; alert rules and queries of runbooks are expressions, too.</summary>
    /// <exception cref="FormatException">It is no PromQL. What promtool would object to may pass all the same.</exception>
    public static IReadOnlyList<Selector> In(string promql) => Expression.Read(promql).Selectors;

    /// <summary>As PromQL, for asking Prometheus whether there is such a series.</summary>
    public override string ToString() => Matchers.Count == 0 ? Metric ?? "{}" : $"{Metric}{{{string.Join(',', Matchers)}}}";
}
