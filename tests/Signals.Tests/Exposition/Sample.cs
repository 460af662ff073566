using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ECommerce.Signals.Tests.Exposition;

/// <summary>One line of a page that is not a comment, as OpenMetrics 1.0 spells it.</summary>
/// <param name="Name">The metric's name, suffix included.</param>
/// <param name="Labels">Unescaped, in their order.</param>
/// <param name="Value">The value.</param>
/// <param name="Exemplar">The observation that stands for others.</param>
internal sealed partial record Sample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, Exemplar? Exemplar)
{
    public string? this[string label] => Labels.Where(own => own.Key == label).Select(own => own.Value).SingleOrDefault();

    /// <summary>Name and labels, whatever their order.</summary>
    public string Series => $"{Name}{Identity(except: null)}";

    public static Sample Parse(string line)
    {
        var cursor = new Cursor(line);
        var name = cursor.Take(MetricName(), "a metric's name");
        var labels = cursor.Skip("{") ? ReadLabels(ref cursor) : [];
        cursor.Expect(" ");
        var value = ReadNumber(cursor.Take(Word(), "a value"));
        Exemplar? exemplar = null;
        if (cursor.Skip(" # {"))
        {
            var own = ReadLabels(ref cursor);
            cursor.Expect(" ");
            exemplar = new(own, ReadNumber(cursor.Take(Word(), "the exemplar's value")));
            if (cursor.Skip(" "))
                ReadTime(cursor.Take(Word(), "the exemplar's time"));
        }
        else if (cursor.Skip(" "))
        {
            ReadTime(cursor.Take(Word(), "a time"));
            if (cursor.Skip(" # {"))
                throw new FormatException("an exemplar behind a time is not read here");
        }

        cursor.ExpectEnd();
        return new(name, labels, value, exemplar);
    }

    /// <summary>The labels but one: what the lines of one histogram share.</summary>
    public string Identity(string? except) => string.Join(',', Labels.Where(label => label.Key != except).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    public static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] is not '\\' ? text[i] : (i + 1 < text.Length ? text[++i] : '\0') switch
            {
                '\\' => '\\',
                '"' => '"',
                'n' => '\n',
                var other => throw new FormatException($"\\{other} escapes nothing"),
            });
        }

        return plain.ToString();
    }

    private static List<KeyValuePair<string, string>> ReadLabels(ref Cursor cursor)
    {
        List<KeyValuePair<string, string>> labels = [];
        while (!cursor.Skip("}"))
        {
            if (labels.Count > 0)
                cursor.Expect(",");
            var name = cursor.Take(LabelName(), "a label's name");
            cursor.Expect("=\"");
            var value = Unescape(cursor.Take(Escaped(), "a label's value"));
            cursor.Expect("\"");
            if (labels.Any(label => label.Key == name))
                throw new FormatException($"label {name} twice");
            labels.Add(new(name, value));
        }

        return labels;
    }

    private static double ReadNumber(string text) => text.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "+inf" or "inf" or "+infinity" or "infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        var number when Real().IsMatch(number) => double.Parse(number, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"{text} is no number"),
    };

    private static void ReadTime(string text)
    {
        if (!Real().IsMatch(text.ToLowerInvariant()))
            throw new FormatException($"{text} is no time");
    }

    [GeneratedRegex(@"\G[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\G[a-zA-Z_][a-zA-Z0-9_]*")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\G([^""\\\n]|\\.)*")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\G[^ ]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$")]
    private static partial Regex Real();

    private ref struct Cursor(string line)
    {
        private int _at;

        public string Take(Regex what, string name)
        {
            var match = what.Match(line, _at);
            if (!match.Success)
                throw new FormatException($"no {name} at {_at}");
            _at += match.Length;
            return match.Value;
        }

        public bool Skip(string text)
        {
            if (string.CompareOrdinal(line, _at, text, 0, text.Length) != 0)
                return false;
            _at += text.Length;
            return true;
        }

        public void Expect(string text)
        {
            if (!Skip(text))
                throw new FormatException($"no '{text}' at {_at}");
        }

        public readonly void ExpectEnd()
        {
            if (_at != line.Length)
                throw new FormatException($"nothing may follow at {_at}");
        }
    }
}

/// <summary>An observation that leads to a trace.</summary>
internal sealed record Exemplar(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);
