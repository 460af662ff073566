using Observability.Console.Storage;

namespace Observability.Console.Filtering;

/// <summary>Evaluates a filter over an encoded span or log record, without decoding it.</summary>
internal static class RecordMatching
{
    private const double TicksPerMillisecond = TimeSpan.TicksPerMillisecond;
    private const int ErrorSeverity = 17;
    private const int Ok = 1;
    private const int Error = 2;

    public static bool Matches(this Filter filter, in SpanRecord span)
    {
        foreach (var term in filter.Terms)
        {
            if (term.Holds(span) == term.IsNegated)
                return false;
        }
        return true;
    }

    public static bool Matches(this Filter filter, in LogRecord record)
    {
        foreach (var term in filter.Terms)
        {
            if (term.Holds(record) == term.IsNegated)
                return false;
        }
        return true;
    }

    /// <summary>
    /// The groups of which all terms that are not negated hold, a bit for each, together with those that are known to be found. A trace matches when
    /// its spans have all groups, and <see cref="IsExcluded"/> holds for none.
    /// </summary>
    public static ulong Found(this Filter filter, in SpanRecord span, ulong known)
    {
        if (known == filter.AllGroups)
            return known;
        // What is known is not asked again.
        var missing = known;
        foreach (var term in filter.Terms)
        {
            var group = 1UL << term.Group;
            if (!term.IsNegated && (missing & group) == 0 && !term.Holds(span))
                missing |= group;
        }
        return known | (filter.AllGroups & ~missing);
    }

    /// <summary>Whether a negated term speaks of the span, so that its whole trace is left out.</summary>
    public static bool IsExcluded(this Filter filter, in SpanRecord span)
    {
        foreach (var term in filter.Terms)
        {
            if (term.IsNegated && term.Holds(span))
                return true;
        }
        return false;
    }

    private static bool Holds(this FilterTerm term, in SpanRecord span) => term.Subject switch
    {
        FilterSubject.AnyText => term.Text.Matches(span.Name) || term.Text.Matches(span.Scope) || term.Text.Matches(span.StatusText)
            || term.HoldsForAnyText(span.Attributes, span.AttributeCount) || term.HoldsForEvent(span),
        FilterSubject.Name => term.HoldsForText(span.Name),
        FilterSubject.Source => term.HoldsForText(span.Scope),
        FilterSubject.Event => term.HoldsForEvent(span),
        FilterSubject.Kind => span.Kind == term.Number,
        FilterSubject.Status => span.Status == term.Number,
        FilterSubject.Duration => term.HoldsForNumber(span.Duration / TicksPerMillisecond),
        FilterSubject.Trace => term.HoldsForId(span.TraceId),
        FilterSubject.Span => term.HoldsForId(span.SpanId),
        FilterSubject.Attribute => term.HoldsForAttribute(span.Attributes, span.AttributeCount),
        _ => false,
    };

    private static bool HoldsForEvent(this FilterTerm term, in SpanRecord span)
    {
        var events = span.Events();
        for (var left = (int)events.Varint(); left > 0; left--)
        {
            events.Signed();
            if (term.HoldsForText(events.Text()))
                return true;
            for (var attributes = (int)events.Varint(); attributes > 0; attributes--)
            {
                events.SkipText();
                AttributeValue.Skip(ref events);
            }
        }
        return false;
    }

    private static bool Holds(this FilterTerm term, in LogRecord record) => term.Subject switch
    {
        FilterSubject.AnyText => term.Text.Matches(record.Body) || term.Text.Matches(record.Category) || term.Text.Matches(record.Event)
            || term.HoldsForAnyText(record.Attributes, record.AttributeCount),
        FilterSubject.Name => term.HoldsForText(record.Body),
        FilterSubject.Source => term.HoldsForText(record.Category),
        FilterSubject.Event => term.HoldsForText(record.Event),
        FilterSubject.Level => term.HoldsForNumber(record.Severity),
        FilterSubject.Status => term.Number == (record.Severity >= ErrorSeverity ? Error : Ok),
        FilterSubject.Duration => term.HoldsForDuration(record),
        FilterSubject.Trace => term.HoldsForId(record.TraceId),
        FilterSubject.Span => term.HoldsForId(record.SpanId),
        FilterSubject.Attribute => term.HoldsForAttribute(record.Attributes, record.AttributeCount),
        _ => false,
    };

    // The completion line of a request has its duration as an attribute.
    private static bool HoldsForDuration(this FilterTerm term, in LogRecord record)
    {
        var attributes = record.Attributes;
        for (var left = record.AttributeCount; left > 0; left--)
        {
            if (!attributes.Text().SequenceEqual("durationMs"u8))
            {
                AttributeValue.Skip(ref attributes);
                continue;
            }
            var value = AttributeValue.Read(ref attributes);
            if (value.Kind is (AttributeKind.Integer or AttributeKind.Real)
                && term.HoldsForNumber(value.Kind is AttributeKind.Integer ? value.Integer : value.Real))
                return true;
        }
        return false;
    }
}
