using System.Globalization;
using System.Text;

namespace Observability.Console.PromQl;

internal enum TokenKind
{
    End,
    Name,
    Number,
    Duration,
    Text,
    Symbol,
}

/// <param name="Text">A name, a symbol, a duration as it is written; of a text its content.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="At">Where the token begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int At)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind is TokenKind.Name && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Splits an expression into tokens, as Prometheus' lexer does.</summary>
internal sealed class Lexer(string text)
{
    private static readonly string[] Symbols = ["==", "!=", ">=", "<=", "=~", "!~", "(", ")", "{", "}", "[", "]", ",", "+", "-", "*", "/", "%", "^", ">", "<", "=", "@", ":"];

    private readonly List<Token> _tokens = [];
    private int _at;
    private bool _isInBrackets;

    public static IReadOnlyList<Token> Read(string text) => new Lexer(text).Read();

    private List<Token> Read()
    {
        while (MoveToToken())
        {
            var letter = text[_at];
            if (letter is '"' or '\'' or '`')
                ReadText(letter);
            else if (char.IsAsciiDigit(letter) || (letter == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
                ReadNumber();
            else if (char.IsAsciiLetter(letter) || letter == '_' || (letter == ':' && !_isInBrackets))
                ReadName();
            else
                ReadSymbol();
        }
        _tokens.Add(new(TokenKind.End, "the end", 0, text.Length));
        return _tokens;
    }

    private bool MoveToToken()
    {
        while (_at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] == '#'))
        {
            if (text[_at] == '#')
                _at = text.IndexOf('\n', _at) is var end and >= 0 ? end : text.Length;
            else
                _at++;
        }
        return _at < text.Length;
    }

    private void Add(TokenKind kind, int length, double number = 0)
    {
        _tokens.Add(new(kind, text.Substring(_at, length), number, _at));
        _at += length;
    }

    private void ReadName()
    {
        var end = _at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_' || (text[end] == ':' && !_isInBrackets)))
            end++;
        Add(TokenKind.Name, end - _at);
    }

    private void ReadNumber()
    {
        if (PromQlDuration.LengthAt(text.AsSpan(_at)) is var duration and > 0)
        {
            Add(TokenKind.Duration, duration);
            return;
        }
        var end = _at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '.' || (text[end] is '+' or '-' && text[end - 1] is 'e' or 'E')))
            end++;
        if (!double.TryParse(text.AsSpan(_at, end - _at), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
            throw PromQlException.At(_at, $"{text[_at..end]} is no number");
        Add(TokenKind.Number, end - _at, number);
    }

    private void ReadSymbol()
    {
        foreach (var symbol in Symbols)
        {
            if (!text.AsSpan(_at).StartsWith(symbol, StringComparison.Ordinal))
                continue;
            _isInBrackets = symbol == "[" || (_isInBrackets && symbol != "]");
            Add(TokenKind.Symbol, symbol.Length);
            return;
        }
        throw PromQlException.At(_at, $"unexpected character '{text[_at]}'");
    }

    private void ReadText(char quote)
    {
        var (start, read) = (_at++, new StringBuilder());
        while (_at < text.Length && text[_at] != quote)
        {
            if (text[_at] == '\\' && quote != '`')
                _at++;
            else
            {
                read.Append(text[_at++]);
                continue;
            }
            read.Append(_at < text.Length ? Escaped(text[_at]) : ' ');
            _at++;
        }
        if (_at >= text.Length)
            throw PromQlException.At(start, "the quotation mark is not closed");
        _at++;
        _tokens.Add(new(TokenKind.Text, read.ToString(), 0, start));
    }

    private char Escaped(char letter) => letter switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '\\' or '"' or '\'' => letter,
        _ => throw PromQlException.At(_at, $"unknown escape \\{letter}"),
    };
}
