using System.Text;

namespace Observability.Console.Filtering;

/// <summary>Reads words, comparisons and quoted texts of a filter.</summary>
internal sealed class FilterReader(string text)
{
    private const char Quote = '"';

    public int Position { get; private set; }

    public FilterError? Error { get; private set; }

    private char Next => Position < text.Length ? text[Position] : '\0';

    /// <summary>Passes over spaces; false at the end.</summary>
    public bool MoveToTerm()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position]))
            Position++;
        return Position < text.Length;
    }

    public bool Take(char expected)
    {
        if (Next != expected || Position >= text.Length)
            return false;
        Position++;
        return true;
    }

    /// <summary>Takes a letter that is a term by itself.</summary>
    public bool TakeAlone(char expected)
    {
        if (Next != expected || (Position + 1 < text.Length && !char.IsWhiteSpace(text[Position + 1])))
            return false;
        Position++;
        return true;
    }

    public bool IsAtQuote => Next == Quote;

    public bool IsAtEndOfTerm => Position >= text.Length || char.IsWhiteSpace(text[Position]);

    /// <summary>A word up to a space, a comparison or a quote.</summary>
    public string Word() => Until(static letter => char.IsWhiteSpace(letter) || letter is ':' or '<' or '>' or Quote);

    /// <summary>A value up to a space, or a quoted one.</summary>
    public string Value(out bool isQuoted)
    {
        isQuoted = IsAtQuote;
        return isQuoted ? Quoted() : Until(char.IsWhiteSpace);
    }

    /// <summary>A quoted text, in which a backslash takes the meaning from a quote and from itself.</summary>
    public string Quoted()
    {
        var start = Position++;
        var read = new StringBuilder();
        while (Position < text.Length && Next != Quote)
        {
            if (Next == '\\' && Position + 1 < text.Length)
                Position++;
            read.Append(Next);
            Position++;
        }
        if (!Take(Quote))
            Fail(start, "The quotation mark is not closed.");
        else if (!IsAtEndOfTerm && Next is not (':' or '<' or '>'))
            Fail(Position, "A space is missing behind the quotation mark.");
        return read.ToString();
    }

    public FilterComparison? Comparison()
    {
        if (Take(':'))
            return FilterComparison.Equal;
        if (Take('<'))
            return Take('=') ? FilterComparison.AtMost : FilterComparison.Less;
        if (Take('>'))
            return Take('=') ? FilterComparison.AtLeast : FilterComparison.Greater;
        return null;
    }

    /// <summary>Keeps the first error.</summary>
    public void Fail(int position, string message) => Error ??= new(position, message);

    private string Until(Func<char, bool> isEnd)
    {
        var start = Position;
        while (Position < text.Length && !isEnd(text[Position]))
            Position++;
        return text[start..Position];
    }
}
