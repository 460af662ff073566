using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Core;
using Serilog.Events;

namespace ECommerce.Observability.Logging;

/// <summary>One flat JSON object per event, written without making garbage. User text is escaped, so a line cannot be forged.</summary>
internal sealed class JsonLine : ILineFormat
{
    // Other alphabets stay readable; quotes, backslashes and control characters are escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? Reused;

    public void Write(LogEvent entry, IBufferWriter<byte> line)
    {
        var json = Reused ??= new(line, Options);
        json.Reset(line);

        json.WriteStartObject();
        WriteTimestamp(json, entry.Timestamp);
        json.WriteString("level"u8, Level(entry.Level));
        json.WriteString("message"u8, MessageText.Render(entry));
        json.WriteString("template"u8, entry.MessageTemplate.Text);

        var category = Text(entry, Constants.SourceContextPropertyName) ?? "";
        json.WriteString("category"u8, category);
        if (EventName(entry) is { } name)
            json.WriteString("event"u8, name);
        WriteContext(json);
        WriteProperties(json, entry, ModuleName.OfCategory(category));
        WriteException(json, entry.Exception);
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
    }

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
        Span<byte> text = stackalloc byte[24];
        timestamp.UtcDateTime.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        json.WriteString("timestamp"u8, text);
    }

    // Written on the caller's thread, so the current span is the one that the line belongs to.
    private static void WriteContext(Utf8JsonWriter json)
    {
        if (Activity.Current is { Recorded: true } span)
        {
            json.WriteString("trace_id"u8, span.TraceId.ToHexString());
            json.WriteString("span_id"u8, span.SpanId.ToHexString());
        }
        if (RequestIdFeature.Current is { } name)
            json.WriteString("request_id"u8, name.RequestId);
    }

    // The module is the category's, unless the event says of itself whose it is.
    private static void WriteProperties(Utf8JsonWriter json, LogEvent entry, ModuleName module)
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
            json.WriteString("service"u8, module.Service);
        if (!namesModule)
            json.WriteString("module"u8, module.Name);
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
            return;
        json.WriteString("exception.type"u8, exception.GetType().FullName);
        json.WriteString("exception.message"u8, exception.Message);
        json.WriteString("exception.stacktrace"u8, exception.ToString());
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
