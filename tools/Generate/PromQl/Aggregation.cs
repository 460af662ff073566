namespace ECommerce.Generate.PromQl;

/// <summary>The aggregation operator that a PromQL expression applies first to the series of one metric.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Operator"><c>max</c>, <c>sum</c> and so on; null when nothing aggregates the series.</param>
internal sealed record Aggregation(string Metric, string? Operator)
{
    private static readonly HashSet<string> Operators =
        ["sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile", "limitk", "limit_ratio"];

    /// <summary>The first aggregation of every selector whose metric is one of <paramref name="metrics"/>, in the order in which they stand.</summary>
    public static IReadOnlyList<Aggregation> Of(string promql, IReadOnlySet<string> metrics)
    {
        var tokens = Token.In(promql);
        List<Aggregation> found = [];
        Stack<string> open = new();
        string? called = null; // what the next parenthesis belongs to
        for (var at = 0; at < tokens.Count; at++)
        {
            var token = tokens[at];
            if (token.Is("("))
            {
                open.Push(called ?? "");
                called = null;
            }
            else if (token.Is(")"))
                open.Pop();
            else if (token is { Kind: Token.Sort.Name, Text: "by" or "without" })
                at = EndOfList(tokens, at); // `max by (module) (…)`: the operator's parenthesis is the next one
            else if (token.Kind is Token.Sort.Name && metrics.Contains(token.Text))
                found.Add(new(token.Text, open.FirstOrDefault(Operators.Contains)));
            else
                called = token.Kind is Token.Sort.Name ? token.Text : null;
        }
        return found;
    }

    private static int EndOfList(IReadOnlyList<Token> tokens, int at)
    {
        while (at < tokens.Count - 1 && !tokens[at].Is(")"))
            at++;
        return at;
    }
}
