namespace ECommerce.Generate.PromQl;

/// <summary>What can be said of a PromQL expression without evaluating it.</summary>
/// <param name="Selectors">The series it asks for.</param>
/// <param name="Labels">The labels that it groups, joins or adds by, and its legend may name.</param>
/// <param name="Made">Those of them that it makes itself, by <c>label_replace</c>, <c>label_join</c> or <c>count_values</c>.</param>
/// <param name="Ends">For each selector the index behind its metric's name in the expression; -1 where it begins with a brace.</param>
internal sealed record Expression(IReadOnlyList<Selector> Selectors, IReadOnlyList<string> Labels, IReadOnlyList<string> Made, IReadOnlyList<int> Ends)
{
    private static readonly HashSet<string> Lists = ["by", "without", "on", "ignoring", "group_left", "group_right"];
    private static readonly HashSet<string> Words = ["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"];
    private static readonly Dictionary<string, int> NamesLabelAt = new() { ["label_replace"] = 1, ["label_join"] = 1, ["count_values"] = 0 };

    /// <exception cref="FormatException">It is no PromQL.</exception>
    public static Expression Read(string promql) => new Reader(Token.In(promql)).Read();

    private sealed class Reader(IReadOnlyList<Token> tokens)
    {
        private readonly List<Selector> _selectors = [];
        private readonly List<string> _labels = [];
        private readonly List<string> _made = [];
        private readonly List<int> _ends = [];
        private int _at;

        private Token Current => _at < tokens.Count ? tokens[_at] : default;

        private Token Next => _at + 1 < tokens.Count ? tokens[_at + 1] : default;

        public Expression Read()
        {
            while (_at < tokens.Count)
            {
                if (Current.Is("{"))
                    _selectors.Add(ReadSelector(null));
                else if (Current.Is("["))
                    Skip("]");
                else if (Current.Kind is Token.Sort.Name)
                    ReadName();
                else
                    _at++;
            }
            return new(_selectors, _labels, _made, _ends);
        }

        private void ReadName()
        {
            var name = Current.Text;
            if (NamesLabelAt.TryGetValue(name, out var argument) && Next.Is("("))
                Make(argument);
            if (Lists.Contains(name.ToLowerInvariant()))
                ReadList();
            else if (Next.Is("(") || Words.Contains(name.ToLowerInvariant()) || IsAggregation())
                _at++;
            else
                _selectors.Add(ReadSelector(name));
        }

        // `sum by (le) (…)`: an operator without its parenthesis.
        private bool IsAggregation() => Next is { Kind: Token.Sort.Name, Text: "by" or "without" } && _at + 2 < tokens.Count && tokens[_at + 2].Is("(");

        private void ReadList()
        {
            _at++;
            if (!Current.Is("("))
                return; // group_left alone
            for (_at++; _at < tokens.Count && !Current.Is(")"); _at++)
            {
                if (Current.Kind is Token.Sort.Name or Token.Sort.Text)
                    _labels.Add(Current.Text);
            }
            _at++;
        }

        // The label is a string among the arguments; what stands in them is read as usual.
        private void Make(int argument)
        {
            var (depth, seen) = (0, 0);
            for (var at = _at + 1; at < tokens.Count; at++)
            {
                if (tokens[at].Is("(") || tokens[at].Is("{") || tokens[at].Is("["))
                    depth++;
                else if ((tokens[at].Is(")") || tokens[at].Is("}") || tokens[at].Is("]")) && --depth == 0)
                    return;
                else if (depth == 1 && tokens[at].Is(","))
                    seen++;
                else if (depth == 1 && seen == argument && tokens[at].Kind is Token.Sort.Text)
                    _made.Add(tokens[at].Text);
            }
        }

        private Selector ReadSelector(string? metric)
        {
            _ends.Add(metric is null ? -1 : Current.End);
            if (metric is not null)
                _at++;
            if (!Current.Is("{"))
                return new(metric, []);
            List<Selector.Matcher> matchers = [];
            _at++;
            while (!Current.Is("}"))
            {
                if (Current.Kind is not (Token.Sort.Name or Token.Sort.Text))
                    throw new FormatException($"A matcher begins with the name of a label and not with '{Current.Text}'.");
                var label = Current.Text;
                _at++;
                if (Current.Is(",") || Current.Is("}"))
                    metric = label; // {"a metric's name in quotes"}
                else
                {
                    matchers.Add(new(label, Current.Text, Next.Text));
                    _at += 2;
                }
                if (Current.Is(","))
                    _at++;
            }
            _at++;
            return matchers.Find(matcher => matcher is { Label: "__name__", Operator: "=" }) is { } name && metric is null
                ? new(name.Value, [.. matchers.Where(matcher => matcher != name)])
                : new(metric, matchers);
        }

        private void Skip(string closing)
        {
            while (_at < tokens.Count && !Current.Is(closing))
                _at++;
            _at++;
        }
    }
}
