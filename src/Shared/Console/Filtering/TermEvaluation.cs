using Observability.Console.Storage;

namespace Observability.Console.Filtering;

/// <summary>Evaluates terms over encoded attributes; spans and log records have theirs in the same form.</summary>
internal static class TermEvaluation
{
    /// <summary>Whether one of the attributes has one of the keys and a value for which the term holds.</summary>
    public static bool HoldsForAttribute(this FilterTerm term, RecordReader attributes, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!term.IsKey(attributes.Text()))
                AttributeValue.Skip(ref attributes);
            else if (term.Comparison is FilterComparison.Present || term.HoldsFor(AttributeValue.Read(ref attributes)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the text is in a text attribute, or in an element of an array.</summary>
    public static bool HoldsForAnyText(this FilterTerm term, RecordReader attributes, int count)
    {
        for (var i = 0; i < count; i++)
        {
            attributes.SkipText();
            if (term.IsIn(AttributeValue.Read(ref attributes)))
                return true;
        }
        return false;
    }

    public static bool HoldsForNumber(this FilterTerm term, double number) => term.Comparison switch
    {
        FilterComparison.Less => number < term.Number,
        FilterComparison.AtMost => number <= term.Number,
        FilterComparison.Greater => number > term.Number,
        FilterComparison.AtLeast => number >= term.Number,
        _ => number == term.Number,
    };

    public static bool HoldsForText(this FilterTerm term, ReadOnlySpan<byte> text) =>
        term.Comparison is FilterComparison.Present ? text.Length > 0 : term.Text.Matches(text);

    /// <summary>Whether an id begins with the digits of the term.</summary>
    public static bool HoldsForId(this FilterTerm term, ReadOnlySpan<byte> id)
    {
        Span<byte> digits = stackalloc byte[TraceKey.Digits];
        return Convert.TryToHexStringLower(id, digits, out var written) && term.Text.Matches(digits[..written]);
    }

    private static bool IsKey(this FilterTerm term, ReadOnlySpan<byte> key)
    {
        foreach (var one in term.Keys)
        {
            if (key.SequenceEqual(one))
                return true;
        }
        return false;
    }

    private static bool HoldsFor(this FilterTerm term, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Integer:
                return term.HoldsForNumber(value.Integer);
            case AttributeKind.Real:
                return term.HoldsForNumber(value.Real);
            case AttributeKind.Text or AttributeKind.Json:
                return term.Comparison is FilterComparison.Equal && term.Text.Matches(value.Text);
            case AttributeKind.True or AttributeKind.False:
                return term.Comparison is FilterComparison.Equal && term.Text.Matches(value.Kind is AttributeKind.True ? "true"u8 : "false"u8);
            case AttributeKind.Array:
                var elements = value.Elements;
                for (var i = 0; i < value.Integer; i++)
                {
                    if (term.HoldsFor(AttributeValue.Read(ref elements)))
                        return true;
                }
                return false;
            default:
                return false;
        }
    }

    private static bool IsIn(this FilterTerm term, AttributeValue value)
    {
        if (value.Kind is AttributeKind.Text or AttributeKind.Json)
            return term.Text.Matches(value.Text);
        if (value.Kind is not AttributeKind.Array)
            return false;
        var elements = value.Elements;
        for (var i = 0; i < value.Integer; i++)
        {
            if (term.IsIn(AttributeValue.Read(ref elements)))
                return true;
        }
        return false;
    }
}
