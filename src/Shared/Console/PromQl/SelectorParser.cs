using System.Text.RegularExpressions;

namespace Observability.Console.PromQl;

/// <summary>Parses selectors, and what may stand behind an expression in brackets or as its offset.</summary>
internal sealed class SelectorParser(TokenReader tokens)
{
    private const int MostMatchers = 32;

    /// <param name="name">The metric's name, which is taken already; null when the selector begins with a brace.</param>
    public Selector Read(string? name)
    {
        List<Matcher> matchers = [];
        if (tokens.TakeSymbol("{"))
        {
            while (!tokens.Next.Is("}"))
            {
                matchers.Add(ReadMatcher());
                if (matchers.Count > MostMatchers)
                    throw new PromQlException($"a selector has at most {MostMatchers} matchers");
                if (!tokens.TakeSymbol(","))
                    break;
            }
            tokens.Expect("}");
        }
        if (name is null && matchers.Find(matcher => matcher is { Label: LabelSet.Name, Operator: "=", Value.Length: > 0 }) is { } named)
        {
            name = named.Value;
            matchers.Remove(named);
        }
        if (name is null || matchers.Exists(matcher => matcher.Label == LabelSet.Name))
            throw PromQlException.Lacks("a selector without the metric's name");
        return new(name, matchers, Range: null, Offset: 0);
    }

    /// <summary>Reads a range, a subquery and an offset, each of which may be missing.</summary>
    public Expression ReadModifiers(Expression expression)
    {
        if (tokens.TakeSymbol("["))
        {
            var at = tokens.Next.At;
            var range = tokens.TakeDuration();
            if (range == 0)
                throw PromQlException.At(at, "a range is longer than nothing");
            expression = tokens.TakeSymbol(":") ? ReadSubquery(expression, range, at) : ReadRange(expression, range, at);
        }
        if (tokens.Next.Is("[") && expression.Type is not ValueKind.Matrix)
            return ReadModifiers(expression);
        if (tokens.TakeWord("offset"))
        {
            if (tokens.Next.Is("-"))
                throw PromQlException.Lacks("a negative offset");
            var at = tokens.Next.At;
            var offset = tokens.TakeDuration();
            expression = expression switch
            {
                Selector selector => selector with { Offset = offset },
                Subquery subquery => subquery with { Offset = offset },
                _ => throw PromQlException.At(at, "offset belongs to a selector or a subquery"),
            };
            if (tokens.Next.Is("["))
                return ReadModifiers(expression);
        }
        if (tokens.Next.Is("@"))
            throw PromQlException.Lacks("@");
        return expression;
    }

    /// <summary>An anchored pattern, matched in linear time.</summary>
    /// <exception cref="PromQlException">It is none, or too large.</exception>
    public static Regex Pattern(string pattern, int at)
    {
        try
        {
            return new($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw PromQlException.At(at, "the regular expression is wrong, too large, or has what RE2 has not");
        }
    }

    private Selector ReadRange(Expression expression, long range, int at)
    {
        tokens.Expect("]");
        return expression is Selector { Range: null, Offset: 0 } selector
            ? selector with { Range = range }
            : throw PromQlException.At(at, "a range belongs to a selector; a subquery has a colon");
    }

    private Subquery ReadSubquery(Expression expression, long range, int at)
    {
        long? step = tokens.Next.Is("]") ? null : tokens.TakeDuration();
        tokens.Expect("]");
        if (step == 0)
            throw PromQlException.At(at, "a step is longer than nothing");
        return expression.Type is ValueKind.Vector ? new(expression, range, step, Offset: 0) : throw PromQlException.At(at, "a subquery is of an instant vector");
    }

    private Matcher ReadMatcher()
    {
        if (tokens.Next.Kind is not TokenKind.Name)
            throw tokens.Unexpected("a label");
        var label = tokens.Take().Text;
        var comparison = tokens.Take();
        if (comparison.Text is not ("=" or "!=" or "=~" or "!~") || comparison.Kind is not TokenKind.Symbol)
            throw PromQlException.At(comparison.At, "a label is compared by =, !=, =~ or !~");
        if (tokens.Next.Kind is not TokenKind.Text)
            throw tokens.Unexpected("a text in quotation marks");
        var value = tokens.Take();
        return new(label, comparison.Text, value.Text, comparison.Text.Contains('~', StringComparison.Ordinal) ? Pattern(value.Text, value.At) : null);
    }
}
