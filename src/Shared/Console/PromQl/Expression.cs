using System.Text.RegularExpressions;
using Observability.Console.Sampling;

namespace Observability.Console.PromQl;

internal enum ValueKind
{
    Scalar,
    Vector,
    Matrix,
    Text,
}

/// <summary>A node of a parsed PromQL expression.</summary>
internal abstract record Expression
{
    public abstract ValueKind Type { get; }

    /// <summary>The expressions within this one.</summary>
    public virtual IEnumerable<Expression> Children => [];

    /// <summary>This expression and all within it.</summary>
    public IEnumerable<Expression> All() => Children.SelectMany(child => child.All()).Prepend(this);

    // Nodes are compared by identity: evaluations keep what they have read for a node.
    public virtual bool Equals(Expression? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

internal sealed record NumberLiteral(double Value) : Expression
{
    public override ValueKind Type => ValueKind.Scalar;
}

internal sealed record TextLiteral(string Value) : Expression
{
    public override ValueKind Type => ValueKind.Text;
}

/// <summary>A condition on a label, with the expression that is compiled once.</summary>
internal sealed record Matcher(string Label, string Operator, string Value, Regex? Pattern)
{
    public LabelCondition Condition { get; } = new(Label, Operator, Value);

    public bool Holds(string value) => Operator switch
    {
        "=" => value == Value,
        "!=" => value != Value,
        "=~" => Pattern!.IsMatch(value),
        _ => !Pattern!.IsMatch(value),
    };
}

/// <summary>The series of a metric: their newest values, or with a range their samples.</summary>
/// <param name="Range">In milliseconds; null for an instant vector.</param>
/// <param name="Offset">How far back, in milliseconds.</param>
internal sealed record Selector(string Name, IReadOnlyList<Matcher> Matchers, long? Range, long Offset) : Expression
{
    public override ValueKind Type => Range is null ? ValueKind.Vector : ValueKind.Matrix;
}

/// <param name="Step">In milliseconds; null for the usual one.</param>
internal sealed record Subquery(Expression Inner, long Range, long? Step, long Offset) : Expression
{
    public override ValueKind Type => ValueKind.Matrix;

    public override IEnumerable<Expression> Children => [Inner];
}

internal sealed record Negation(Expression Inner) : Expression
{
    public override ValueKind Type => Inner.Type;

    public override IEnumerable<Expression> Children => [Inner];
}

internal sealed record Call(Function Function, IReadOnlyList<Expression> Arguments) : Expression
{
    public override ValueKind Type => Function.Returns;

    public override IEnumerable<Expression> Children => Arguments;
}

/// <param name="Parameter">The number of <c>topk</c> and <c>bottomk</c>.</param>
internal sealed record Aggregation(string Operator, Expression? Parameter, Expression Inner, IReadOnlyList<string> Labels, bool IsWithout) : Expression
{
    public override ValueKind Type => ValueKind.Vector;

    public override IEnumerable<Expression> Children => Parameter is null ? [Inner] : [Parameter, Inner];
}

internal enum Cardinality
{
    OneToOne,
    ManyToOne,
    OneToMany,
}

/// <summary>Which series of both sides belong together.</summary>
/// <param name="IsOn">Whether the labels are those compared, and not those left out.</param>
/// <param name="Included">The labels that <c>group_left</c> or <c>group_right</c> takes from the side of one.</param>
internal sealed record Matching(IReadOnlyList<string> Labels, bool IsOn, Cardinality Cardinality, IReadOnlyList<string> Included)
{
    public static readonly Matching Usual = new([], IsOn: false, Cardinality.OneToOne, []);
}

internal sealed record BinaryOperation(string Operator, bool IsBool, Matching Matching, Expression Left, Expression Right) : Expression
{
    public bool IsSetOperation => Operator is "and" or "or" or "unless";

    public bool IsComparison => Operator is "==" or "!=" or ">" or "<" or ">=" or "<=";

    public override ValueKind Type => Left.Type is ValueKind.Scalar && Right.Type is ValueKind.Scalar ? ValueKind.Scalar : ValueKind.Vector;

    public override IEnumerable<Expression> Children => [Left, Right];
}
