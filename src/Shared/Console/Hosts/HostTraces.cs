using System.Text.Json;
using Observability.Console.Queries;
using Observability.Console.Sessions;
using Observability.Console.Storage;

namespace Observability.Console.Hosts;

/// <summary>Merges the lists of traces of several hosts: a trace of which several hosts have spans becomes one entry.</summary>
internal static class HostTraces
{
    /// <summary>The traces of an answer of the API; none when the host has not answered.</summary>
    public static IEnumerable<TraceSummary> Read(HostAnswer answer)
    {
        if (answer.Body is not { } body)
            yield break;
        foreach (var item in OtlpReading.ItemsOf(body, "traces"))
        {
            if (TraceKey.TryParse(OtlpReading.TextOf(item, "traceId"), out var trace) && item.TryGetProperty("start", out var text)
                && text.ValueKind is JsonValueKind.String && text.TryGetDateTimeOffset(out var start) && start >= DateTimeOffset.UnixEpoch)
            {
                yield return new(
                    trace, OtlpReading.TextOf(item, "name"), OtlpReading.TextOf(item, "module"), start.UtcTicks - DateTime.UnixEpoch.Ticks,
                    TicksOf(item), (int)OtlpReading.IntegerOf(item, "spans"), (int)OtlpReading.IntegerOf(item, "errors"))
                { Hosts = [answer.Host.Name] };
            }
        }
    }

    /// <summary>One entry for each trace. Its name is that of the part that began first.</summary>
    public static IReadOnlyList<TraceSummary> Merge(IEnumerable<TraceSummary> parts)
    {
        Dictionary<TraceKey, TraceSummary> traces = [];
        foreach (var part in parts)
            traces[part.Trace] = traces.TryGetValue(part.Trace, out var known) ? Merge(known, part) : part;
        return [.. traces.Values];
    }

    /// <summary>The entries in the order of the list.</summary>
    public static IReadOnlyList<TraceSummary> Sort(IEnumerable<TraceSummary> traces, TraceOrder order, bool isReversed)
    {
        var sign = isReversed ? -1 : 1;
        List<(TracePlace Place, TraceSummary Trace)> placed = [.. traces.Select(trace => (TraceSearch.PlaceOf(trace, order), trace))];
        placed.Sort((one, other) => one.Place.CompareTo(other.Place) * sign);
        return placed.ConvertAll(one => one.Trace);
    }

    private static TraceSummary Merge(TraceSummary one, TraceSummary other)
    {
        var first = one.Start <= other.Start ? one : other;
        var end = Math.Max(one.Start + one.Duration, other.Start + other.Duration);
        return first with { Duration = end - first.Start, Spans = one.Spans + other.Spans, Errors = one.Errors + other.Errors, Hosts = [.. one.Hosts, .. other.Hosts] };
    }

    private static long TicksOf(JsonElement item)
    {
        var milliseconds = item.TryGetProperty("durationMs", out var value) ? OtlpReading.NumberOf(value) : 0;
        return milliseconds is >= 0 and < long.MaxValue / TimeSpan.TicksPerMillisecond ? (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond) : 0;
    }
}
