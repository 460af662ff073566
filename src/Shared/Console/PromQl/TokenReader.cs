namespace Observability.Console.PromQl;

/// <summary>The tokens of an expression, taken one after the other.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    private int _at;

    /// <summary>The token that is taken next; at the end the one that says so.</summary>
    public Token Next => tokens[_at];

    public Token Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    public bool TakeSymbol(string symbol)
    {
        var isThere = Next.Is(symbol);
        if (isThere)
            Take();
        return isThere;
    }

    public bool TakeWord(string word)
    {
        var isThere = Next.IsWord(word);
        if (isThere)
            Take();
        return isThere;
    }

    public void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw Unexpected($"'{symbol}'");
    }

    /// <summary>A list of labels in parentheses.</summary>
    public IReadOnlyList<string> TakeLabels()
    {
        List<string> labels = [];
        Expect("(");
        while (!Next.Is(")"))
        {
            if (Next.Kind is not TokenKind.Name)
                throw Unexpected("a label");
            labels.Add(Take().Text);
            if (!TakeSymbol(","))
                break;
        }
        Expect(")");
        return labels;
    }

    /// <summary>A duration in milliseconds.</summary>
    public long TakeDuration()
    {
        if (Next.Kind is not TokenKind.Duration || PromQlDuration.Parse(Next.Text) is not { } duration)
            throw Unexpected("a duration such as 5m");
        Take();
        return duration;
    }

    public PromQlException Unexpected(string wanted) => PromQlException.At(Next.At, $"{wanted} was expected, and {Next.Text} found");
}
