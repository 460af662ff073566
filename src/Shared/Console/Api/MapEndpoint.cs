using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Limits;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Settings;

namespace Observability.Console.Api;

/// <summary>The endpoint of the map. Without a time it is of the last five minutes.</summary>
internal sealed class MapEndpoint(Recorder recorder, ConsoleSettings console, ObservabilitySettings settings, ApiLimits limits, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    private readonly ServiceMap _map = new(console.ModuleAttribute, settings.Owner.Module);

    public async Task GetAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "from", "to");
        var now = Recorder.TicksOf(time.GetUtcNow());
        var to = reader.Time("to", now);
        var from = reader.Time("from", Math.Max(0, to - Usual.Ticks));
        if (from >= to)
            reader.Refuse("from", "Must be before to.");
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else
            await Answers.WriteAsync(context, await limits.SearchAsync(cancellation => Map(from, to, cancellation), context.RequestAborted));
    }

    private ArrayBufferWriter<byte> Map(long from, long to, CancellationToken cancellation)
    {
        var edges = _map.Make(recorder.Spans, from, to, cancellation);
        var seconds = (double)(to - from) / TimeSpan.TicksPerSecond;
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("from"u8, DateTimeOffset.UnixEpoch.AddTicks(from));
        json.WriteString("to"u8, DateTimeOffset.UnixEpoch.AddTicks(to));
        json.WriteStartArray("nodes"u8);
        foreach (var node in edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct())
        {
            json.WriteStartObject();
            WriteNode(json, node);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("edges"u8);
        foreach (var edge in edges)
            WriteEdge(json, edge, seconds);
        json.WriteEndArray();
        json.WriteNumber("p95RelativeError"u8, DurationCounts.RelativeError);
        Answers.WriteEnd(json, recorder.SpanState, cursor: null, isCut: false);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void WriteNode(Utf8JsonWriter json, MapNode node)
    {
        json.WriteString("name"u8, node.Name);
        json.WriteString("kind"u8, node.Kind);
    }

    private static void WriteEdge(Utf8JsonWriter json, MapEdge edge, double seconds)
    {
        json.WriteStartObject();
        json.WriteStartObject("from"u8);
        WriteNode(json, edge.From);
        json.WriteEndObject();
        json.WriteStartObject("to"u8);
        WriteNode(json, edge.To);
        json.WriteEndObject();
        json.WriteNumber("calls"u8, edge.Durations.Total);
        json.WriteNumber("errors"u8, edge.Errors);
        json.WriteNumber("perSecond"u8, edge.Durations.Total / seconds);
        json.WriteNumber("p95Ms"u8, edge.Durations.QuantileMilliseconds(0.95));
        // Quantiles cannot be added, counts can.
        json.WriteStartArray("durations"u8);
        foreach (var (bucket, count) in edge.Durations.Filled)
        {
            json.WriteStartArray();
            json.WriteNumberValue(bucket);
            json.WriteNumberValue(count);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
