using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Filtering;
using Observability.Console.Limits;
using Observability.Console.Queries.Differing;
using Observability.Console.Recording;

namespace Observability.Console.Api;

/// <summary>The endpoint of what differs between selected traces and the rest. Without a time it compares all traces that are kept.</summary>
internal sealed class DifferencesEndpoint(Recorder recorder, FilterParser parser, ApiLimits limits)
{
    // A statement may have 16,000 characters.
    private const int LongestValue = 256;

    public async Task GetAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, [.. DifferenceParameters.Names, "from", "to"]);
        var query = DifferenceParameters.Read(reader, parser, reader.Time("from", 0), reader.Time("to", long.MaxValue));
        if (query.Selection.IsEverything)
            reader.Refuse("selected", "Must say which traces are compared with the rest: a filter, or one of before, after, shortest and longest.");
        if (query.From >= query.To)
            reader.Refuse("from", "Must be before to.");
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else
            await Answers.WriteAsync(context, await limits.SearchAsync(cancellation => Answer(query, cancellation), context.RequestAborted));
    }

    private ArrayBufferWriter<byte> Answer(DifferenceQuery query, CancellationToken cancellation)
    {
        var differences = DifferenceSearch.Run(recorder.Spans, query, cancellation);
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteNumber("selected"u8, differences.Selected);
        json.WriteNumber("rest"u8, differences.Rest);
        json.WriteNumber("sampledOneIn"u8, differences.SampledOneIn);
        json.WriteNumber("ignoredAttributes"u8, differences.IgnoredAttributes);
        json.WriteStartArray("attributes"u8);
        var isCut = false;
        foreach (var attribute in differences.Attributes)
        {
            isCut = json.BytesCommitted + json.BytesPending >= limits.AnswerBytes;
            if (isCut)
                break;
            WriteAttribute(json, attribute);
        }
        json.WriteEndArray();
        Answers.WriteEnd(json, recorder.SpanState, cursor: null, isCut);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void WriteAttribute(Utf8JsonWriter json, AttributeDifference attribute)
    {
        json.WriteStartObject();
        json.WriteString("attribute"u8, attribute.Attribute);
        json.WriteNumber("atLeast"u8, Math.Round(attribute.AtLeast, 4));
        json.WriteBoolean("hasMoreValues"u8, attribute.IsCut);
        json.WriteStartArray("values"u8);
        foreach (var value in attribute.Values)
            WriteValue(json, value, isNamed: false);
        json.WriteEndArray();
        json.WriteStartArray("same"u8);
        foreach (var value in attribute.Same)
            WriteValue(json, value, isNamed: true);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, ValueDifference value, bool isNamed)
    {
        json.WriteStartObject();
        if (isNamed)
            json.WriteString("attribute"u8, value.Attribute);
        json.WriteString("value"u8, Short(value.Value));
        json.WriteNumber("selected"u8, value.Selected);
        json.WriteNumber("rest"u8, value.Rest);
        json.WriteNumber("selectedShare"u8, Math.Round(value.SelectedShare, 4));
        json.WriteNumber("restShare"u8, Math.Round(value.RestShare, 4));
        json.WriteNumber("atLeast"u8, Math.Round(value.AtLeast, 4));
        if (value.Filter is not null)
            json.WriteString("filter"u8, value.Filter);
        json.WriteEndObject();
    }

    private static string Short(string text) =>
        text.Length <= LongestValue ? text : text[..(char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue)] + "…";
}
