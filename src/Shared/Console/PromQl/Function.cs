namespace Observability.Console.PromQl;

/// <summary>A function of PromQL that the evaluator has.</summary>
/// <param name="Takes">The types of the arguments.</param>
/// <param name="Optional">How many of the last arguments may be left out.</param>
internal sealed record Function(string Name, ValueKind Returns, IReadOnlyList<ValueKind> Takes, int Optional = 0)
{
    private static readonly Dictionary<string, Function> Known = new Function[]
    {
        new("abs", ValueKind.Vector, [ValueKind.Vector]),
        new("absent", ValueKind.Vector, [ValueKind.Vector]),
        new("avg_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("ceil", ValueKind.Vector, [ValueKind.Vector]),
        new("changes", ValueKind.Vector, [ValueKind.Matrix]),
        new("clamp_max", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar]),
        new("clamp_min", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar]),
        new("count_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("delta", ValueKind.Vector, [ValueKind.Matrix]),
        new("deriv", ValueKind.Vector, [ValueKind.Matrix]),
        new("floor", ValueKind.Vector, [ValueKind.Vector]),
        new("histogram_quantile", ValueKind.Vector, [ValueKind.Scalar, ValueKind.Vector]),
        new("increase", ValueKind.Vector, [ValueKind.Matrix]),
        new("irate", ValueKind.Vector, [ValueKind.Matrix]),
        new("label_replace", ValueKind.Vector, [ValueKind.Vector, ValueKind.Text, ValueKind.Text, ValueKind.Text, ValueKind.Text]),
        new("last_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("max_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("min_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("rate", ValueKind.Vector, [ValueKind.Matrix]),
        new("resets", ValueKind.Vector, [ValueKind.Matrix]),
        new("round", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar], Optional: 1),
        new("scalar", ValueKind.Scalar, [ValueKind.Vector]),
        new("sum_over_time", ValueKind.Vector, [ValueKind.Matrix]),
        new("time", ValueKind.Scalar, []),
        new("vector", ValueKind.Vector, [ValueKind.Scalar]),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    public static Function? Of(string name) => Known.GetValueOrDefault(name);

    public static IEnumerable<string> Names => Known.Keys;
}
