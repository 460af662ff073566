namespace Observability.Console.PromQl;

/// <summary>The labels of what is absent, as far as the selector says them.</summary>
internal static class Absence
{
    public static LabelSet LabelsOf(Expression expression) => expression is not Selector selector ? LabelSet.Empty : LabelSet.Of(
        from matcher in selector.Matchers
        where matcher.Operator == "=" && selector.Matchers.Count(other => other.Label == matcher.Label) == 1
        select KeyValuePair.Create(matcher.Label, matcher.Value));
}
