using System.Globalization;
using System.Text.Json;
using Observability.Console.Storage;

namespace Observability.Console.Otlp;

/// <summary>
/// Writes records in the JSON encoding of OTLP: 64-bit integers as strings, ids as lower-case hexadecimal digits
/// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
/// </summary>
internal static class OtlpJson
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Writes a span as an object.</summary>
    public static void WriteSpan(Utf8JsonWriter json, in SpanRecord span)
    {
        json.WriteStartObject();
        WriteId(json, "traceId"u8, span.TraceId);
        WriteId(json, "spanId"u8, span.SpanId);
        if (span.ParentId.ContainsAnyExcept((byte)0))
            WriteId(json, "parentSpanId"u8, span.ParentId);
        if (span.TraceState.Length > 0)
            json.WriteString("traceState"u8, span.TraceState);
        json.WriteString("name"u8, span.Name);
        // OTLP counts kinds from 1, with 0 for unknown; .NET from 0.
        json.WriteNumber("kind"u8, span.Kind + 1);
        WriteTime(json, "startTimeUnixNano"u8, span.Start);
        WriteTime(json, "endTimeUnixNano"u8, span.Start + span.Duration);
        var record = span.Attributes;
        WriteAttributes(json, ref record, span.AttributeCount);
        if (span.DroppedAttributes > 0)
            json.WriteNumber("droppedAttributesCount"u8, span.DroppedAttributes);
        WriteEvents(json, ref record, span.Start);
        WriteLinks(json, ref record);
        json.WriteStartObject("status"u8);
        if (span.Status > 0)
            json.WriteNumber("code"u8, span.Status);
        if (span.StatusText.Length > 0)
            json.WriteString("message"u8, span.StatusText);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a log record as an object.</summary>
    public static void WriteLogRecord(Utf8JsonWriter json, in LogRecord log)
    {
        json.WriteStartObject();
        WriteTime(json, "timeUnixNano"u8, log.Time);
        if (log.Severity > 0)
        {
            json.WriteNumber("severityNumber"u8, log.Severity);
            json.WriteString("severityText"u8, LogRecord.LevelOf(log.Severity));
        }
        json.WriteStartObject("body"u8);
        json.WriteString("stringValue"u8, log.Body);
        json.WriteEndObject();
        var record = log.Attributes;
        WriteAttributes(json, ref record, log.AttributeCount);
        if (log.Event.Length > 0)
            json.WriteString("eventName"u8, log.Event);
        if (!log.Trace.IsNone)
            WriteId(json, "traceId"u8, log.TraceId);
        if (log.SpanId.ContainsAnyExcept((byte)0))
            WriteId(json, "spanId"u8, log.SpanId);
        json.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter json, ref RecordReader record, long start)
    {
        var count = (int)record.Varint();
        if (count == 0)
            return;
        json.WriteStartArray("events"u8);
        for (; count > 0; count--)
        {
            json.WriteStartObject();
            WriteTime(json, "timeUnixNano"u8, start + record.Signed());
            json.WriteString("name"u8, record.Text());
            WriteAttributes(json, ref record, (int)record.Varint());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, ref RecordReader record)
    {
        var count = (int)record.Varint();
        if (count == 0)
            return;
        json.WriteStartArray("links"u8);
        for (; count > 0; count--)
        {
            json.WriteStartObject();
            var ids = record.Raw(SpanRecord.LinkBytes);
            WriteId(json, "traceId"u8, ids[..16]);
            WriteId(json, "spanId"u8, ids[16..]);
            WriteAttributes(json, ref record, (int)record.Varint());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter json, ref RecordReader record, int count)
    {
        if (count == 0)
            return;
        json.WriteStartArray("attributes"u8);
        for (; count > 0; count--)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, record.Text());
            json.WritePropertyName("value"u8);
            WriteValue(json, AttributeValue.Read(ref record));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.Text or AttributeKind.Json:
                json.WriteString("stringValue"u8, value.Text);
                break;
            case AttributeKind.True or AttributeKind.False:
                json.WriteBoolean("boolValue"u8, value.Kind is AttributeKind.True);
                break;
            case AttributeKind.Integer:
                Span<byte> digits = stackalloc byte[20];
                value.Integer.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
                json.WriteString("intValue"u8, digits[..length]);
                break;
            case AttributeKind.Real when double.IsFinite(value.Real):
                json.WriteNumber("doubleValue"u8, value.Real);
                break;
            case AttributeKind.Real:
                json.WriteString("doubleValue"u8, double.IsNaN(value.Real) ? "NaN" : value.Real > 0 ? "Infinity" : "-Infinity");
                break;
            case AttributeKind.Array:
                json.WriteStartObject("arrayValue"u8);
                json.WriteStartArray("values"u8);
                var elements = value.Elements;
                for (var i = 0; i < value.Integer; i++)
                    WriteValue(json, AttributeValue.Read(ref elements));
                json.WriteEndArray();
                json.WriteEndObject();
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        Span<byte> digits = stackalloc byte[TraceKey.Digits];
        Convert.TryToHexStringLower(id, digits, out var length);
        json.WriteString(name, digits[..length]);
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, long ticks)
    {
        Span<byte> digits = stackalloc byte[20];
        (ticks * NanosecondsPerTick).TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        json.WriteString(name, digits[..length]);
    }
}
