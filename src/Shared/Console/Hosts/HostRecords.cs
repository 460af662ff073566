using System.Text.Json;
using Observability.Console.Queries;
using Observability.Console.Sessions;
using Observability.Console.Storage;

namespace Observability.Console.Hosts;

/// <summary>Reads spans and log records of OTLP documents of other hosts into a store, each with its host as an attribute.</summary>
internal static class HostRecords
{
    private static readonly OtlpSpanCodec SpanCodec = new();
    private static readonly OtlpLogCodec LogCodec = new();

    /// <summary>Appends the spans of a document; returns whether there are any.</summary>
    public static bool AddSpans(SegmentStore store, JsonElement document, string host) => Add(store, document, host, "resourceSpans", "scopeSpans", "spans", SpanCodec);

    /// <summary>Appends the log records of a document; returns whether there are any.</summary>
    public static bool AddLogs(SegmentStore store, JsonElement document, string host) => Add(store, document, host, "resourceLogs", "scopeLogs", "logRecords", LogCodec);

    /// <summary>The log records of an answer of the API; none when the host has not answered.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="budget">The limit on their memory.</param>
    public static IReadOnlyList<LogLine> ReadLines(HostAnswer answer, long budget)
    {
        List<LogLine> lines = [];
        if (answer.Body is not { } body)
            return lines;
        var (store, host) = (new SegmentStore(budget, now: 0), answer.Host.Name);
        AddLogs(store, body, "");
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            for (var i = 0; i < segment.Count; i++)
                lines.Add(LogLine.Of(new LogRecord(segment[i]), segment.SequenceOf(i)));
        }
        // The number in the store of the other host is not in its answer: time and place among those of that time name a record.
        return
        [
            .. from line in lines
               group line by line.Time into same
               from one in same.Select((line, place) => line with { Host = host, Id = FormattableString.Invariant($"{host}.{line.Time}.{place}") })
               select one,
        ];
    }

    /// <summary>Whether the host has more than it answered.</summary>
    public static bool IsCut(HostAnswer answer) => answer.Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("cursor", out _);

    private static bool Add(SegmentStore store, JsonElement document, string host, string resources, string scopes, string records, IRecordCodec<OtlpItem> codec)
    {
        var before = store.Appended;
        var items =
            from resource in OtlpReading.ItemsOf(document, resources)
            from scope in OtlpReading.ItemsOf(resource, scopes)
            from record in OtlpReading.ItemsOf(scope, records)
            where record.ValueKind is JsonValueKind.Object
            select new OtlpItem(record, scope.TryGetProperty("scope", out var its) ? OtlpReading.TextOf(its, "name") : "", host);
        foreach (var item in items)
            store.Append(item, codec);
        return store.Appended > before;
    }
}
