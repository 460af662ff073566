using System.Text.RegularExpressions;

namespace ECommerce.Generate.PromQl;

/// <summary>A word of a PromQL expression.</summary>
/// <param name="Kind">What sort of word it is.</param>
/// <param name="Text">As it is written; a string without its quotes.</param>
/// <param name="End">The index behind it in the expression.</param>
internal readonly partial record struct Token(Token.Sort Kind, string Text, int End)
{
    public enum Sort
    {
        Name,
        Text,
        Number,
        Sign,
    }

    public bool Is(string sign) => Kind is Sort.Sign && Text == sign;

    /// <exception cref="FormatException">Something in it begins no word of PromQL.</exception>
    public static IReadOnlyList<Token> In(string promql)
    {
        List<Token> tokens = [];
        for (var at = 0; at < promql.Length;)
        {
            var word = Word().Match(promql, at);
            if (!word.Success)
                throw new FormatException($"No PromQL begins here: {promql[at..]}");
            at += word.Length;
            if (word.Groups["name"] is { Success: true, Value: var name })
                tokens.Add(new(Sort.Name, name, at));
            else if (word.Groups["text"] is { Success: true, Value: var text })
                tokens.Add(new(Sort.Text, text[0] == '`' ? text[1..^1] : Escape().Replace(text[1..^1], "$1"), at));
            else if (word.Groups["number"] is { Success: true, Value: var number })
                tokens.Add(new(Sort.Number, number, at));
            else if (word.Groups["sign"] is { Success: true, Value: var sign })
                tokens.Add(new(Sort.Sign, sign, at));
        }
        return tokens;
    }

    // Durations are numbers here: 5m, 1h30m, 0.5.
    [GeneratedRegex("""
        \G(?:\s+|\#[^\n]*
        |(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
        |(?<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
        |(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+|[a-zA-Z0-9]*))
        |(?<sign>=~|!~|!=|==|<=|>=|[-+*/%^=<>(){}\[\],:@]))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
