using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observability.Context;
using Observability.Settings;
using Observability.Text;
using Serilog.Core;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>
/// Formats a log event as one flat JSON object without allocating. User text is escaped, so that a caller cannot forge a line.
/// </summary>
internal sealed class JsonLine(StackTraceDeduplicator stacks, ServiceInstance instance, Owners owners) : ILineFormat
{
    private readonly JsonEncodedText _host = Encode(instance.Id);

    // Letters of other alphabets are written as they are; quotes, backslashes and control characters are escaped in any case.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int LongMessage = 512;

    [ThreadStatic]
    private static Utf8JsonWriter? Reused;

    public void Write(LogEvent entry, IBufferWriter<byte> line)
    {
        var json = Begin(line, entry.Timestamp);
        json.WriteString("level"u8, Level(entry.Level));
        json.WriteString("message"u8, VisibleText.Cut(MessageText.Render(entry), TelemetryLimits.Message));
        json.WriteString("template"u8, entry.MessageTemplate.Text);

        var category = Text(entry, Constants.SourceContextPropertyName) ?? "";
        json.WriteString("category"u8, category);
        if (EventName(entry) is { } name)
            json.WriteString("event"u8, name);
        WriteContext(json);
        WriteProperties(json, entry, owners.OfCategory(category));
        WriteException(json, entry.Exception);
        End(json, line, _host);
    }

    /// <summary>Formats a log entry that writes its own properties.</summary>
    public static void Write(ILogLine entry, LogLevel level, JsonEncodedText category, JsonEncodedText host, IBufferWriter<byte> line)
    {
        var json = Begin(line, DateTimeOffset.UtcNow);
        json.WriteString("level"u8, Level(level));
        Span<char> message = stackalloc char[LongMessage];
        json.WriteString("message"u8, entry.TryFormat(message, out var length, default, null) ? message[..length] : entry.ToString(null, null));
        json.WriteString("template"u8, entry.Shape.EncodedTemplate);
        json.WriteString("category"u8, category);
        json.WriteString("event"u8, entry.Shape.EncodedEvent);
        WriteContext(json);
        entry.WriteProperties(json);
        End(json, line, host);
    }

    public static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, Options.Encoder);

    private static Utf8JsonWriter Begin(IBufferWriter<byte> line, DateTimeOffset timestamp)
    {
        var json = Reused ??= new(line, Options);
        json.Reset(line);
        json.WriteStartObject();
        WriteTimestamp(json, timestamp);
        return json;
    }

    private static void End(Utf8JsonWriter json, IBufferWriter<byte> line, JsonEncodedText host)
    {
        json.WriteString("host"u8, host);
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
    }

    private static ReadOnlySpan<byte> Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        _ => "fatal"u8,
    };

    internal static ReadOnlySpan<byte> Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace"u8,
        LogEventLevel.Debug => "debug"u8,
        LogEventLevel.Information => "info"u8,
        LogEventLevel.Warning => "warn"u8,
        LogEventLevel.Error => "error"u8,
        _ => "fatal"u8,
    };

    private static void WriteTimestamp(Utf8JsonWriter json, DateTimeOffset timestamp)
    {
        // The round-trip format has a fast path; digits after the milliseconds are cut off.
        Span<byte> text = stackalloc byte[28];
        timestamp.UtcDateTime.TryFormat(text, out _, "O");
        text["yyyy-MM-ddTHH:mm:ss.fff".Length] = (byte)'Z';
        json.WriteString("timestamp"u8, text[.."yyyy-MM-ddTHH:mm:ss.fffZ".Length]);
    }

    // Runs on the caller's thread, so that the current span is the one that the line belongs to. Answers name the trace whether it is
    // sampled or not; the line does too, and says when it is not sampled.
    private static void WriteContext(Utf8JsonWriter json)
    {
        var request = RequestIdFeature.Current;
        var span = Activity.Current;
        if (span is not null)
        {
            json.WriteString("trace_id"u8, span.TraceId.ToHexString());
            json.WriteString("span_id"u8, span.SpanId.ToHexString());
        }
        else if (request is not null)
        {
            json.WriteString("trace_id"u8, request.TraceId);
        }
        if (span is null ? request is not null : !span.Recorded)
            json.WriteBoolean("sampled"u8, false);
        if (request is not null)
            json.WriteString("request_id"u8, request.RequestId);
    }

    // The owner is the category's, unless the event says of itself whose it is.
    private static void WriteProperties(Utf8JsonWriter json, LogEvent entry, Owner owner)
    {
        var (namesService, namesModule) = (false, false);
        foreach (var (name, value) in entry.OwnProperties())
        {
            if (name is Constants.SourceContextPropertyName or "EventId")
                continue;
            namesService |= name.Equals("service", StringComparison.OrdinalIgnoreCase);
            namesModule |= name.Equals("module", StringComparison.OrdinalIgnoreCase);
            json.WritePropertyName(PropertyName.Of(name));
            JsonValue.Write(json, value);
        }

        if (!namesService)
            json.WriteString("service"u8, owner.Service);
        if (!namesModule)
            json.WriteString("module"u8, owner.Module);
    }

    private void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
            return;
        json.WriteString("exception.type"u8, exception.GetType().FullName);
        json.WriteString("exception.message"u8, VisibleText.Cut(exception.Message, TelemetryLimits.Message));
        var told = stacks.Of(exception);
        if (told.Stack is not null)
            json.WriteString("exception.stacktrace"u8, told.Stack);
        if (told.Repetitions > 0)
            json.WriteNumber("exception.repetitions"u8, told.Repetitions);
    }

    private static string? EventName(LogEvent entry)
    {
        if (!entry.Properties.TryGetValue("EventId", out var id) || id is not StructureValue { Properties: var parts })
            return null;
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is { Name: "Name", Value: ScalarValue { Value: string name } })
                return name;
        }
        return null;
    }

    internal static string? Text(LogEvent entry, string property) =>
        entry.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: string text } ? text : null;
}
