namespace Observability.Console.PromQl;

/// <summary>Operators between two numbers, and between a vector and a number.</summary>
internal static class Arithmetic
{
    /// <summary>The value; of a comparison 1 or 0.</summary>
    public static double Of(string operation, double left, double right) => operation switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => left % right,
        "^" => Math.Pow(left, right),
        _ => Holds(operation, left, right) ? 1 : 0,
    };

    public static bool Holds(string operation, double left, double right) => operation switch
    {
        "==" => left == right,
        "!=" => left != right,
        ">" => left > right,
        "<" => left < right,
        ">=" => left >= right,
        "<=" => left <= right,
        _ => throw PromQlException.Lacks(operation),
    };

    public static List<Sample> WithScalar(BinaryOperation operation, List<Sample> vector, double scalar, bool isScalarLeft)
    {
        List<Sample> result = [];
        foreach (var sample in vector)
        {
            var (left, right) = isScalarLeft ? (scalar, sample.Value) : (sample.Value, scalar);
            if (!operation.IsComparison || operation.IsBool)
                result.Add(new(sample.Labels.WithoutName(), Of(operation.Operator, left, right)));
            else if (Holds(operation.Operator, left, right))
                result.Add(sample);
        }
        return result;
    }
}
