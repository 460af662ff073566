using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Filtering;
using Observability.Console.Limits;
using Observability.Console.Otlp;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Console.Storage;

namespace Observability.Console.Api;

/// <summary>The endpoints of traces: the list, one trace, and new spans as they end.</summary>
internal sealed class TraceEndpoints(Recorder recorder, FilterParser parser, ConsoleSettings settings, ApiLimits limits, ResourceNames resource, Followers followers)
{
    // About the size of a summary: a list is bounded by its limit as well.
    private const int MostListBytes = 1024;

    private readonly TraceSearch _search = new(settings.ModuleAttribute);

    public async Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "filter", "limit", "cursor", "from", "to", "sort", "shortest", "longest", "follow");
        var isFollowing = reader.Follow();
        var query = new TraceQuery(
            reader.Filter(parser), reader.Time("from", 0), reader.Time("to", long.MaxValue), reader.Order(),
            Math.Min(reader.Limit(), Math.Max(1, limits.AnswerBytes / MostListBytes)), reader.AfterTrace())
        {
            Shortest = reader.Duration("shortest", 0),
            Longest = reader.Duration("longest", long.MaxValue),
        };
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (isFollowing)
            await followers.FollowAsync(context, recorder.Spans, (segment, record) => LineOf(segment, record, query.Filter));
        else
            await Answers.WriteAsync(context, await limits.SearchAsync(cancellation => List(query, cancellation), context.RequestAborted));
    }

    public async Task GetAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "cursor");
        var skip = reader.Before();
        var isId = TraceKey.TryParse(context.Request.RouteValues["traceId"] as string, out var trace);
        if (!isId)
            reader.Refuse("traceId", $"Must be the {TraceKey.Digits} hexadecimal digits of a trace id.");
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (await limits.SearchAsync(_ => Trace(trace, skip == long.MaxValue ? 0 : skip), context.RequestAborted) is { } body)
            await Answers.WriteAsync(context, body);
        else
            await Answers.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such trace", $"No span of the trace is kept. Spans are complete since {recorder.SpanState.CompleteSince:O}.");
    }

    private ArrayBufferWriter<byte> List(TraceQuery query, CancellationToken cancellation)
    {
        var traces = _search.Run(recorder.Spans, query, out var hasMore, cancellation);
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("traces"u8);
        foreach (var trace in traces)
            Answers.WriteTrace(json, trace);
        json.WriteEndArray();
        var cursor = hasMore ? Cursor.OfTrace(TraceSearch.PlaceOf(traces[^1], query.Order)) : null;
        Answers.WriteEnd(json, recorder.SpanState, cursor, isCut: false);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    // The spans of a trace have an order of their own, in which the cursor counts.
    private ArrayBufferWriter<byte>? Trace(TraceKey trace, long skip)
    {
        using var view = recorder.Spans.Read();
        var places = TraceLookup.Find(view, trace);
        if (places.Count == 0)
            return null;
        var body = new ArrayBufferWriter<byte>();
        using var document = new OtlpDocument(body, resource.Attributes, isOfSpans: true);
        var next = (int)Math.Min(skip, places.Count);
        for (; next < places.Count && document.Length < limits.AnswerBytes; next++)
            document.Add(new SpanRecord(view.Segments[places[next].Segment][places[next].Record]));
        var isCut = next < places.Count;
        document.End(json => Answers.WriteEnd(json, recorder.SpanState, isCut ? Cursor.OfSequence(next) : null, isCut));
        return body;
    }

    private ArrayBufferWriter<byte>? LineOf(LeasedSegment segment, int record, Filter filter)
    {
        var span = new SpanRecord(segment[record]);
        if (!filter.Matches(span))
            return null;
        var line = new ArrayBufferWriter<byte>();
        using var document = new OtlpDocument(line, resource.Attributes, isOfSpans: true);
        document.Add(span);
        document.End();
        return line;
    }
}
