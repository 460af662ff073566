namespace Observability.Console.PromQl;

/// <summary>
/// Parses the part of PromQL that rules, dashboards and runbooks use. Anything else is refused by its name. The types of arguments and operands
/// are checked here, so that an evaluation cannot meet a wrong one.
/// </summary>
internal sealed class Parser
{
    /// <summary>The limits on an expression.</summary>
    public const int MostCharacters = 4096;
    public const int MostDepth = 50;

    private static readonly HashSet<string> Aggregations = ["sum", "avg", "min", "max", "count", "group", "topk", "bottomk"];
    private static readonly HashSet<string> OtherAggregations = ["stddev", "stdvar", "quantile", "count_values", "limitk", "limit_ratio"];

    // From the weakest; ^ alone binds to the right.
    private static readonly string[][] Operators = [["or"], ["and", "unless"], ["==", "!=", "<=", "<", ">=", ">"], ["+", "-"], ["*", "/", "%", "atan2"], ["^"]];
    private const int Power = 5;

    private readonly TokenReader _tokens;
    private readonly SelectorParser _selectors;
    private int _depth;

    private Parser(TokenReader tokens) => (_tokens, _selectors) = (tokens, new(tokens));

    /// <exception cref="PromQlException">The text is no expression, or one that is not supported.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MostCharacters)
            throw new PromQlException($"an expression has at most {MostCharacters} characters");
        var parser = new Parser(new(Lexer.Read(text)));
        var expression = parser.ReadBinary(0);
        if (parser._tokens.Next.Kind is not TokenKind.End)
            throw parser._tokens.Unexpected("the end");
        return expression;
    }

    private Expression ReadBinary(int weakest)
    {
        var depth = _depth;
        Descend();
        var left = ReadUnary();
        while (StrengthOf(_tokens.Next) is var strength && strength >= weakest)
        {
            // An evaluation descends one more level for each operator.
            Descend();
            var token = _tokens.Take();
            var isBool = _tokens.TakeWord("bool");
            var matching = ReadMatching();
            var right = ReadBinary(strength == Power ? strength : strength + 1);
            left = Checked(new BinaryOperation(token.Text.ToLowerInvariant(), isBool, matching ?? Matching.Usual, left, right), token.At, matching is not null);
        }
        _depth = depth;
        return left;
    }

    private void Descend()
    {
        if (++_depth > MostDepth)
            throw new PromQlException($"an expression has at most {MostDepth} levels");
    }

    private static int StrengthOf(Token token) => token.Kind is TokenKind.Symbol or TokenKind.Name
        ? Array.FindIndex(Operators, level => level.Contains(token.Text, StringComparer.OrdinalIgnoreCase))
        : -1;

    private static BinaryOperation Checked(BinaryOperation operation, int at, bool hasMatching)
    {
        if (operation.Operator == "atan2")
            throw PromQlException.Lacks("atan2");
        var (left, right) = (operation.Left.Type, operation.Right.Type);
        if (left is not (ValueKind.Scalar or ValueKind.Vector) || right is not (ValueKind.Scalar or ValueKind.Vector))
            throw PromQlException.At(at, $"{operation.Operator} has scalars and instant vectors as operands");
        var areVectors = left is ValueKind.Vector && right is ValueKind.Vector;
        if (operation.IsSetOperation && !areVectors)
            throw PromQlException.At(at, $"{operation.Operator} has two instant vectors as operands");
        if (operation.IsBool && !operation.IsComparison)
            throw PromQlException.At(at, "bool belongs to a comparison");
        if (operation.IsComparison && !operation.IsBool && operation.Type is ValueKind.Scalar)
            throw PromQlException.At(at, "a comparison of scalars needs bool");
        if (hasMatching && !areVectors)
            throw PromQlException.At(at, "on and ignoring belong between two instant vectors");
        if (operation.IsSetOperation && operation.Matching.Cardinality is not Cardinality.OneToOne)
            throw PromQlException.At(at, $"{operation.Operator} has no group_left or group_right");
        return operation;
    }

    private Matching? ReadMatching()
    {
        var isOn = _tokens.TakeWord("on");
        if (!isOn && !_tokens.TakeWord("ignoring"))
            return null;
        var labels = _tokens.TakeLabels();
        var isLeft = _tokens.TakeWord("group_left");
        if (!isLeft && !_tokens.TakeWord("group_right"))
            return new(labels, isOn, Cardinality.OneToOne, []);
        return new(labels, isOn, isLeft ? Cardinality.ManyToOne : Cardinality.OneToMany, _tokens.Next.Is("(") ? _tokens.TakeLabels() : []);
    }

    private Expression ReadUnary()
    {
        if (!_tokens.Next.Is("-") && !_tokens.Next.Is("+"))
            return _selectors.ReadModifiers(ReadPrimary());
        var sign = _tokens.Take();
        // -1 ^ 2 is -(1 ^ 2).
        var inner = ReadBinary(Power);
        if (inner.Type is not (ValueKind.Scalar or ValueKind.Vector))
            throw PromQlException.At(sign.At, "only a scalar or an instant vector has a sign");
        return sign.Text == "-" ? new Negation(inner) : inner;
    }

    private Expression ReadPrimary()
    {
        var token = _tokens.Next;
        if (token.Kind is TokenKind.Number)
            return new NumberLiteral(_tokens.Take().Number);
        if (token.Kind is TokenKind.Text)
            return new TextLiteral(_tokens.Take().Text);
        if (token.Is("{"))
            return _selectors.Read(null);
        if (token.Is("("))
        {
            _tokens.Take();
            var inner = ReadBinary(0);
            _tokens.Expect(")");
            return inner;
        }
        if (token.Kind is not TokenKind.Name)
            throw _tokens.Unexpected("an expression");
        return ReadNamed(_tokens.Take());
    }

    private Expression ReadNamed(Token name)
    {
        var word = name.Text.ToLowerInvariant();
        if (word is "inf" or "nan" && !_tokens.Next.Is("{"))
            return new NumberLiteral(word == "inf" ? double.PositiveInfinity : double.NaN);
        var isCalled = _tokens.Next.Is("(");
        if (isCalled || _tokens.Next.IsWord("by") || _tokens.Next.IsWord("without"))
        {
            if (OtherAggregations.Contains(word))
                throw PromQlException.Lacks(word);
            if (Aggregations.Contains(word))
                return ReadAggregation(word, name.At);
        }
        return isCalled ? ReadCall(name) : _selectors.Read(name.Text);
    }

    private Aggregation ReadAggregation(string name, int at)
    {
        var (labels, isWithout) = ReadGrouping();
        var arguments = ReadArguments();
        if (labels is null)
            (labels, isWithout) = ReadGrouping();
        var hasParameter = name is "topk" or "bottomk";
        if (arguments.Count != (hasParameter ? 2 : 1) || arguments[^1].Type is not ValueKind.Vector || (hasParameter && arguments[0].Type is not ValueKind.Scalar))
            throw PromQlException.At(at, hasParameter ? $"{name} takes a number and an instant vector" : $"{name} takes an instant vector");
        return new(name, hasParameter ? arguments[0] : null, arguments[^1], labels ?? [], isWithout);
    }

    private (IReadOnlyList<string>? Labels, bool IsWithout) ReadGrouping()
    {
        var isWithout = _tokens.TakeWord("without");
        return isWithout || _tokens.TakeWord("by") ? (_tokens.TakeLabels(), isWithout) : (null, false);
    }

    private Call ReadCall(Token name)
    {
        if (Function.Of(name.Text) is not { } function)
            throw PromQlException.Lacks(name.Text);
        var arguments = ReadArguments();
        if (arguments.Count > function.Takes.Count || arguments.Count < function.Takes.Count - function.Optional)
            throw PromQlException.At(name.At, $"{name.Text} takes {function.Takes.Count} arguments");
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Type != function.Takes[i])
                throw PromQlException.At(name.At, $"argument {i + 1} of {name.Text} must be a {NameOf(function.Takes[i])}");
        }
        if (name.Text == "label_replace")
            LabelReplacement.Check(arguments, name.At);
        return new(function, arguments);
    }

    private List<Expression> ReadArguments()
    {
        List<Expression> arguments = [];
        _tokens.Expect("(");
        while (!_tokens.Next.Is(")"))
        {
            arguments.Add(ReadBinary(0));
            if (!_tokens.TakeSymbol(","))
                break;
        }
        _tokens.Expect(")");
        return arguments;
    }

    private static string NameOf(ValueKind type) => type switch
    {
        ValueKind.Scalar => "scalar",
        ValueKind.Vector => "instant vector",
        ValueKind.Matrix => "range vector",
        _ => "text",
    };
}
