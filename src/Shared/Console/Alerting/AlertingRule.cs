using Observability.Console.PromQl;

namespace Observability.Console.Alerting;

/// <summary>An alerting rule.</summary>
/// <param name="Expression">Null when the expression cannot be evaluated here.</param>
/// <param name="Refusal">Why; null when it can.</param>
/// <param name="For">How long the expression has to have a value before the alert fires, in milliseconds.</param>
internal sealed record AlertingRule(
    string Name, Expression? Expression, string? Refusal, long For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public string Severity => Labels.GetValueOrDefault("severity", "");
}
