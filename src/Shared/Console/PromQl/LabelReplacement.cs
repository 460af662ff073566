using System.Text;
using System.Text.RegularExpressions;

namespace Observability.Console.PromQl;

/// <summary>The function <c>label_replace</c>.</summary>
internal sealed partial class LabelReplacement
{
    private readonly string _target;
    private readonly string _replacement;
    private readonly string _source;
    private readonly Regex _pattern;

    private LabelReplacement(IReadOnlyList<Expression> arguments, int at)
    {
        var texts = arguments.Skip(1).Select(argument => ((TextLiteral)argument).Value).ToArray();
        (_target, _replacement, _source, _pattern) = (texts[0], texts[1], texts[2], SelectorParser.Pattern(texts[3], at));
        if (!Label().IsMatch(_target))
            throw PromQlException.At(at, "label_replace has a wrong name of a label");
    }

    /// <exception cref="PromQlException">An argument is wrong.</exception>
    public static void Check(IReadOnlyList<Expression> arguments, int at) => _ = new LabelReplacement(arguments, at);

    public static List<Sample> Apply(Call call, List<Sample> vector)
    {
        var replacement = new LabelReplacement(call.Arguments, 0);
        HashSet<LabelSet> seen = [];
        for (var i = 0; i < vector.Count; i++)
        {
            var labels = replacement.Apply(vector[i].Labels);
            if (!seen.Add(labels))
                throw new PromQlException($"label_replace makes two series {labels}");
            vector[i] = new(labels, vector[i].Value);
        }
        return vector;
    }

    private LabelSet Apply(LabelSet labels)
    {
        var match = _pattern.Match(labels[_source]);
        return match.Success ? labels.With(_target, Expand(match)) : labels;
    }

    private string Expand(Match match)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (Match variable in Variable().Matches(_replacement))
        {
            text.Append(_replacement, at, variable.Index - at);
            text.Append(variable.Value == "$$" ? "$" : match.Groups[variable.Groups["name"].Value].Value);
            at = variable.Index + variable.Length;
        }
        return text.Append(_replacement, at, _replacement.Length - at).ToString();
    }

    [GeneratedRegex(@"\$(?:\$|\{(?<name>\w+)\}|(?<name>\w+))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
