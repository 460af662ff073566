namespace Observability.Console.Filtering;

/// <summary>
/// A parsed filter: terms that all have to hold. One filter is evaluated over spans and over log records; a term about something that a
/// record does not have does not hold. Of a trace, one span has all terms of a group, and another one may have those of the next group.
/// </summary>
/// <remarks>Arrays, since every record walks through them: an interface's enumerator would be garbage for each attribute.</remarks>
internal sealed record Filter(FilterTerm[] Terms, int Groups = 1)
{
    public static readonly Filter All = new([]);

    /// <summary>A bit for each group.</summary>
    public ulong AllGroups { get; } = (1UL << Groups) - 1;

    /// <summary>Whether a term is negated, which every span of a trace is asked about.</summary>
    public bool HasNegation { get; } = Terms.Any(term => term.IsNegated);
}

/// <summary>One term of a filter.</summary>
/// <param name="Subject">What is compared.</param>
/// <param name="Keys">The attributes, of which one has to hold, as UTF-8; empty for another subject than <see cref="FilterSubject.Attribute"/> and <see cref="FilterSubject.Status"/>.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Text">The value that was written.</param>
/// <param name="Number">The value as a number, when it is one: of a duration in milliseconds, of a level its severity number.</param>
/// <param name="IsNegated">Whether the term holds when the rest does not.</param>
internal sealed record FilterTerm(
    FilterSubject Subject, byte[][] Keys, FilterComparison Comparison, TextPattern Text, double? Number, bool IsNegated)
{
    /// <summary>The group of the term, from 0.</summary>
    public int Group { get; init; }
}

/// <summary>The subjects of terms.</summary>
internal enum FilterSubject
{
    /// <summary>Any text of the record.</summary>
    AnyText,
    Name,
    Kind,
    Status,
    Duration,
    Trace,
    Span,
    Level,
    Event,
    Source,
    Attribute,
}

/// <summary>The comparisons of terms.</summary>
internal enum FilterComparison
{
    Equal,
    Present,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// <summary>Why a filter is none, and where.</summary>
/// <param name="Position">The place of the first character that is wrong, from 0.</param>
/// <param name="Message">A sentence.</param>
internal sealed record FilterError(int Position, string Message)
{
    public override string ToString() => $"{Message} (at character {Position + 1})";
}
