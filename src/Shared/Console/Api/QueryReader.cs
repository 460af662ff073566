using System.Globalization;
using Microsoft.AspNetCore.Http;
using Observability.Console.Filtering;
using Observability.Console.Queries;

namespace Observability.Console.Api;

/// <summary>
/// Reads the parameters of a request. Every one is bounded, given once, and known: another name is a mistake that would otherwise look like an
/// answer to a different question. The first mistake is kept with the name of its parameter.
/// </summary>
internal sealed class QueryReader
{
    private const int MostLimit = 1000;
    private const int UsualLimit = 100;
    private const int LongestTime = 40;
    private const long MostSeconds = 100_000_000;

    private readonly IQueryCollection _query;

    public QueryReader(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
                Refuse(name.Length > LongestTime ? name[..LongestTime] : name, $"Is no parameter of this endpoint, which has {string.Join(", ", known!)}.");
            else if (values.Count > 1)
                Refuse(name, "Is given more than once.");
        }
    }

    /// <summary>The parameter that is wrong, and why.</summary>
    public (string Field, string Message)? Error { get; private set; }

    public Filter Filter(FilterParser parser, string name = "filter")
    {
        if (parser.TryParse(Text(name) ?? "", out var filter, out var error))
            return filter;
        Refuse(name, error.ToString());
        return Filtering.Filter.All;
    }

    public int Limit()
    {
        var limit = UsualLimit;
        if (Text("limit") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
            Refuse("limit", $"Must be a number from 1 to {MostLimit}.");
        return limit;
    }

    /// <summary>A time in Unix ticks.</summary>
    public long Time(string name, long otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (text.Length <= LongestTime && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time >= DateTimeOffset.UnixEpoch)
            return time.UtcTicks - DateTime.UnixEpoch.Ticks;
        Refuse(name, "Must be a time such as 2026-01-31T23:59:59.999Z.");
        return otherwise;
    }

    public long Before()
    {
        var sequence = long.MaxValue;
        if (CursorText() is { } text && !Cursor.TryReadSequence(text, out sequence))
            Refuse("cursor", "Must be the cursor of an answer of this endpoint.");
        return sequence;
    }

    public TracePlace? AfterTrace()
    {
        if (CursorText() is not { } text)
            return null;
        if (Cursor.TryReadTrace(text, out var place))
            return place;
        Refuse("cursor", "Must be the cursor of an answer of this endpoint.");
        return null;
    }

    public TraceOrder Order()
    {
        if (Text("sort") is not { } text)
            return TraceOrder.Start;
        foreach (var order in Enum.GetValues<TraceOrder>())
        {
            if (text.Equals(order.ToString(), StringComparison.OrdinalIgnoreCase))
                return order;
        }
        Refuse("sort", $"Must be one of {string.Join(", ", Enum.GetNames<TraceOrder>()).ToLowerInvariant()}.");
        return TraceOrder.Start;
    }

    /// <summary>A duration in ticks, written with its unit.</summary>
    public long Duration(string name, long otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (text.Length <= LongestTime && DurationUnits.Parse(text) is { } milliseconds && milliseconds * TimeSpan.TicksPerMillisecond < long.MaxValue)
            return (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond);
        Refuse(name, "Must be a duration such as 250ms.");
        return otherwise;
    }

    /// <summary>Whether the answer goes on with new records.</summary>
    public bool Follow()
    {
        var text = Text("follow");
        if (text is not (null or "true" or "false"))
            Refuse("follow", "Must be true or false.");
        if (text != "true")
            return false;
        foreach (var other in new[] { "cursor", "limit", "from", "to", "sort", "shortest", "longest" })
        {
            if (Text(other) is not null)
                Refuse(other, "Has no meaning with follow=true, which begins now and does not end.");
        }
        return true;
    }

    /// <summary>A time span such as <c>15s</c>, <c>5m</c> or <c>1h</c>; null when it is not there.</summary>
    public TimeSpan? Span(string name)
    {
        if (Text(name) is not { } text)
            return null;
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? 2 : 1;
        if (text.Length is > 1 and <= LongestTime &&
            long.TryParse(text[..^Math.Min(unit, text.Length)], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostSeconds)
        {
            switch (text[^unit..])
            {
                case "ms": return TimeSpan.FromMilliseconds(number);
                case "s": return TimeSpan.FromSeconds(number);
                case "m": return TimeSpan.FromMinutes(number);
                case "h": return TimeSpan.FromHours(number);
                case "d": return TimeSpan.FromDays(number);
            }
        }
        Refuse(name, "Must be a number with ms, s, m, h or d, such as 15s.");
        return null;
    }

    /// <summary>The text of a parameter; null when it is not there.</summary>
    public string? Text(string name) => _query.TryGetValue(name, out var values) && values is [{ } text] ? text : null;

    public void Refuse(string field, string message) => Error ??= (field, message);

    private string? CursorText()
    {
        var text = Text("cursor");
        if (text?.Length > Cursor.MostCharacters)
            Refuse("cursor", $"Has at most {Cursor.MostCharacters} characters.");
        return text?.Length > Cursor.MostCharacters ? null : text;
    }
}
