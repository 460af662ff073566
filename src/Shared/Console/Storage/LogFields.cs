using System.Text.Json;

namespace Observability.Console.Storage;

/// <summary>The members that every log line has, found in one pass.</summary>
internal readonly ref struct LogFields
{
    public LogFields(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref json);
            json.Read();
            if (field is Field.None)
                Attributes++;
            if (json.TokenType is not JsonTokenType.String)
            {
                json.Skip();
                continue;
            }
            var text = ((int)json.TokenStartIndex + 1)..((int)json.BytesConsumed - 1);
            switch (field)
            {
                case Field.Timestamp: Time = json.TryGetDateTimeOffset(out var time) ? time.UtcTicks - DateTime.UnixEpoch.Ticks : 0; break;
                case Field.Level: Severity = LogRecord.SeverityOf(json.ValueSpan); break;
                case Field.Message: Message = text; break;
                case Field.Category: Category = text; break;
                case Field.Event: Event = text; break;
                case Field.TraceId: TraceId = text; break;
                case Field.SpanId: SpanId = text; break;
                default: break;
            }
        }
    }

    private enum Field
    {
        None,
        Timestamp,
        Level,
        Message,
        Category,
        Event,
        TraceId,
        SpanId,

        /// <summary>The host's own name, which is in the resource.</summary>
        Host,
    }

    public long Time { get; }

    /// <summary>OTLP's severity number; 0 when the level is unknown.</summary>
    public int Severity { get; }

    /// <summary>Where the text is in the line, without quotes, as JSON has escaped it.</summary>
    public Range Message { get; }

    public Range Category { get; }

    public Range Event { get; }

    public Range TraceId { get; }

    public Range SpanId { get; }

    /// <summary>The number of members that are no fields.</summary>
    public int Attributes { get; }

    public static bool IsField(ref Utf8JsonReader name) => FieldOf(ref name) is not Field.None;

    // By its length first: most members are no fields.
    private static Field FieldOf(ref Utf8JsonReader name) => name.ValueIsEscaped ? Field.None : name.ValueSpan.Length switch
    {
        4 when name.ValueSpan.SequenceEqual("host"u8) => Field.Host,
        5 when name.ValueSpan.SequenceEqual("level"u8) => Field.Level,
        5 when name.ValueSpan.SequenceEqual("event"u8) => Field.Event,
        7 when name.ValueSpan.SequenceEqual("message"u8) => Field.Message,
        7 when name.ValueSpan.SequenceEqual("span_id"u8) => Field.SpanId,
        8 when name.ValueSpan.SequenceEqual("category"u8) => Field.Category,
        8 when name.ValueSpan.SequenceEqual("trace_id"u8) => Field.TraceId,
        9 when name.ValueSpan.SequenceEqual("timestamp"u8) => Field.Timestamp,
        _ => Field.None,
    };
}
