using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Filtering;

/// <summary>
/// Parses the filter language: <c>module:orders status:error duration&gt;200ms "free text" -route:/health attr.key:value</c>. Terms are
/// separated by spaces, all have to hold, and a minus negates one. Of a trace, another span may have the terms behind an <c>&amp;</c>. Texts
/// are compared without regard to case; <c>*</c> at the beginning or end of an unquoted value stands for any text, and alone for any value.
/// </summary>
internal sealed class FilterParser(IDictionary<string, IReadOnlyList<string>> fields)
{
    /// <summary>The limits on a filter.</summary>
    public const int MostCharacters = 1024;
    public const int MostTerms = 32;
    private const string AttributePrefix = "attr.";
    private const int ShortestId = 8;

    private static readonly byte[][] StatusKeys = ["http.response.status_code"u8.ToArray(), "status"u8.ToArray()];
    public static readonly string[] Statuses = ["unset", "ok", "error"];

    public bool TryParse(string text, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? error)
    {
        (filter, error) = (null, null);
        if (text.Length > MostCharacters)
        {
            error = new(MostCharacters, $"A filter has at most {MostCharacters} characters.");
            return false;
        }

        var reader = new FilterReader(text);
        List<FilterTerm> terms = [];
        var group = 0;
        while (reader.Error is null && reader.MoveToTerm())
        {
            var at = reader.Position;
            if (terms.Count == MostTerms)
                reader.Fail(at, $"A filter has at most {MostTerms} terms.");
            else if (reader.TakeAlone('&'))
                group = Next(reader, at, terms, group);
            else if (Term(reader) is { } term)
                terms.Add(term with { Group = group });
        }
        error = reader.Error;
        filter = error is null ? new([.. terms], group + 1) : null;
        return filter is not null;
    }

    private static int Next(FilterReader reader, int at, List<FilterTerm> terms, int group)
    {
        if (terms.Count == 0 || terms[^1].Group != group || !reader.MoveToTerm())
            reader.Fail(at, "A term is missing on one side of the &.");
        return group + 1;
    }

    private FilterTerm? Term(FilterReader reader)
    {
        var isNegated = reader.Take('-');
        var start = reader.Position;
        if (reader.IsAtEndOfTerm)
        {
            reader.Fail(start, "A term is missing behind the minus.");
            return null;
        }
        if (reader.IsAtQuote)
        {
            var quoted = reader.Quoted();
            if (!reader.IsAtEndOfTerm)
                reader.Fail(reader.Position, "A quoted text is no field. The name of an attribute is quoted behind attr.");
            return FreeText(reader, start, quoted, isNegated);
        }

        var word = reader.Word();
        if (word.Equals(AttributePrefix, StringComparison.OrdinalIgnoreCase) && reader.IsAtQuote)
            word += reader.Quoted();
        if (reader.Comparison() is not { } comparison)
        {
            if (!reader.IsAtEndOfTerm)
                reader.Fail(reader.Position, "A quotation mark stands at the beginning of a text.");
            return FreeText(reader, start, word, isNegated);
        }

        var valueAt = reader.Position;
        var value = reader.Value(out var isQuoted);
        if (value.Length == 0 && !isQuoted)
            reader.Fail(valueAt, "A value is missing.");
        if (reader.Error is not null)
            return null;
        if (comparison is FilterComparison.Equal && value == "*" && !isQuoted)
            comparison = FilterComparison.Present;
        return Field(reader, new(word, start, comparison, value, valueAt, isQuoted, isNegated));
    }

    private static FilterTerm? FreeText(FilterReader reader, int start, string text, bool isNegated)
    {
        if (text.Length == 0)
            reader.Fail(start, "A text is missing.");
        return new(FilterSubject.AnyText, [], FilterComparison.Equal, TextPattern.Containing(text), null, isNegated);
    }

    private FilterTerm? Field(FilterReader reader, Written term)
    {
        if (term.Field.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase) && term.Field.Length > AttributePrefix.Length)
            return Attribute(reader, term, [Encoding.UTF8.GetBytes(term.Field[AttributePrefix.Length..])]);
        switch (term.Field.ToLowerInvariant())
        {
            case "name": return Text(reader, term, FilterSubject.Name);
            case "event": return Text(reader, term, FilterSubject.Event);
            case "source": return Text(reader, term, FilterSubject.Source);
            case "kind": return OneOf(reader, term, FilterSubject.Kind, Enum.GetNames<ActivityKind>(), static place => place);
            case "level": return Level(reader, term);
            case "status": return Status(reader, term);
            case "duration": return Duration(reader, term);
            case "trace": return Id(reader, term, FilterSubject.Trace, TraceKey.Digits);
            case "span": return Id(reader, term, FilterSubject.Span, TraceKey.Digits / 2);
        }
        if (fields.TryGetValue(term.Field, out var keys))
            return Attribute(reader, term, [.. keys.Select(Encoding.UTF8.GetBytes)]);
        reader.Fail(term.At, "Unknown field. An attribute is written attr.name, and text with a colon in quotation marks.");
        return null;
    }

    private static FilterTerm? Attribute(FilterReader reader, Written term, byte[][] keys)
    {
        var number = NumberOf(term.Value);
        if (IsOrder(term.Comparison) && number is null)
            reader.Fail(term.ValueAt, "Must be a number.");
        return term.To(FilterSubject.Attribute, number, keys);
    }

    private static FilterTerm? Text(FilterReader reader, Written term, FilterSubject subject)
    {
        if (IsOrder(term.Comparison))
            reader.Fail(term.ValueAt, "A text is compared by a colon.");
        return term.To(subject, null);
    }

    private static FilterTerm? OneOf(FilterReader reader, Written term, FilterSubject subject, string[] words, Func<int, double> numberOf)
    {
        var place = Array.FindIndex(words, word => word.Equals(term.Value, StringComparison.OrdinalIgnoreCase));
        if (place < 0 || (IsOrder(term.Comparison) && subject is not FilterSubject.Level))
            reader.Fail(term.ValueAt, $"Must be one of {string.Join(", ", words).ToLowerInvariant()}.");
        return term.To(subject, numberOf(place));
    }

    private static FilterTerm? Level(FilterReader reader, Written term) =>
        OneOf(reader, term, FilterSubject.Level, LogRecord.Levels, static place => (place * LogRecord.SeveritiesOfLevel) + 1);

    private static FilterTerm? Status(FilterReader reader, Written term) => NumberOf(term.Value) is { } code
        ? term.To(FilterSubject.Attribute, code, StatusKeys)
        : OneOf(reader, term, FilterSubject.Status, Statuses, static place => place);

    private static FilterTerm? Duration(FilterReader reader, Written term)
    {
        var milliseconds = DurationUnits.Parse(term.Value);
        if (milliseconds is null)
            reader.Fail(term.ValueAt, "Must be a time with its unit, such as 250ms, 1.5s or 20us.");
        else if (!IsOrder(term.Comparison))
            reader.Fail(term.ValueAt, "A duration is compared by <, <=, > or >=.");
        return term.To(FilterSubject.Duration, milliseconds);
    }

    private static FilterTerm? Id(FilterReader reader, Written term, FilterSubject subject, int digits)
    {
        if (term.Value.Length < ShortestId || term.Value.Length > digits || !term.Value.All(char.IsAsciiHexDigit) || IsOrder(term.Comparison))
            reader.Fail(term.ValueAt, $"Must be the first {ShortestId} to {digits} hexadecimal digits of an id.");
        return term.To(subject, null) with { Text = TextPattern.StartingWith(term.Value) };
    }

    private static bool IsOrder(FilterComparison comparison) => comparison is not (FilterComparison.Equal or FilterComparison.Present);

    private static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    /// <summary>A term with a field, as it was written.</summary>
    private sealed record Written(string Field, int At, FilterComparison Comparison, string Value, int ValueAt, bool IsQuoted, bool IsNegated)
    {
        public FilterTerm To(FilterSubject subject, double? number, byte[][]? keys = null) =>
            new(subject, keys ?? [], Comparison, IsQuoted ? TextPattern.Exactly(Value) : TextPattern.Parse(Value), number, IsNegated);
    }
}
