namespace Observability.Console.PromQl;

/// <summary>A function of PromQL that the evaluator has.</summary>
/// <param name="Takes">The types of the arguments.</param>
/// <param name="Optional">How many of the last arguments may be left out.</param>
internal sealed record Function(string Name, ValueType Returns, IReadOnlyList<ValueType> Takes, int Optional = 0)
{
    private static readonly Dictionary<string, Function> Known = new Function[]
    {
        new("abs", ValueType.Vector, [ValueType.Vector]),
        new("absent", ValueType.Vector, [ValueType.Vector]),
        new("avg_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("ceil", ValueType.Vector, [ValueType.Vector]),
        new("changes", ValueType.Vector, [ValueType.Matrix]),
        new("clamp_max", ValueType.Vector, [ValueType.Vector, ValueType.Scalar]),
        new("clamp_min", ValueType.Vector, [ValueType.Vector, ValueType.Scalar]),
        new("count_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("delta", ValueType.Vector, [ValueType.Matrix]),
        new("deriv", ValueType.Vector, [ValueType.Matrix]),
        new("floor", ValueType.Vector, [ValueType.Vector]),
        new("histogram_quantile", ValueType.Vector, [ValueType.Scalar, ValueType.Vector]),
        new("increase", ValueType.Vector, [ValueType.Matrix]),
        new("irate", ValueType.Vector, [ValueType.Matrix]),
        new("label_replace", ValueType.Vector, [ValueType.Vector, ValueType.Text, ValueType.Text, ValueType.Text, ValueType.Text]),
        new("last_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("max_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("min_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("rate", ValueType.Vector, [ValueType.Matrix]),
        new("resets", ValueType.Vector, [ValueType.Matrix]),
        new("round", ValueType.Vector, [ValueType.Vector, ValueType.Scalar], Optional: 1),
        new("scalar", ValueType.Scalar, [ValueType.Vector]),
        new("sum_over_time", ValueType.Vector, [ValueType.Matrix]),
        new("time", ValueType.Scalar, []),
        new("vector", ValueType.Vector, [ValueType.Scalar]),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    public static Function? Of(string name) => Known.GetValueOrDefault(name);

    public static IEnumerable<string> Names => Known.Keys;
}
