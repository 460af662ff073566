using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Console.Storage;

namespace Observability.Console.Otlp;

/// <summary>
/// Writes an OTLP document, <c>resourceSpans</c> or <c>resourceLogs</c>, record by record. Consecutive records of one scope share its object.
/// Members beside it, which receivers of OTLP ignore, say what was left out.
/// </summary>
internal sealed class OtlpDocument : IDisposable
{
    // Quotes and control characters are escaped in any case; the answer is JSON and never part of an HTML page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Utf8JsonWriter _json;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _resource;
    private readonly bool _isOfSpans;
    private byte[]? _scope;

    public OtlpDocument(IBufferWriter<byte> output, IReadOnlyList<KeyValuePair<string, string>> resource, bool isOfSpans)
    {
        (_json, _resource, _isOfSpans) = (new(output, Options), resource, isOfSpans);
        _json.WriteStartObject();
        _json.WriteStartArray(isOfSpans ? "resourceSpans"u8 : "resourceLogs"u8);
        _json.WriteStartObject();
        WriteResource();
        _json.WriteStartArray(isOfSpans ? "scopeSpans"u8 : "scopeLogs"u8);
    }

    /// <summary>The bytes written so far.</summary>
    public long Length => _json.BytesCommitted + _json.BytesPending;

    public void Add(in SpanRecord span)
    {
        OpenScope(span.Scope);
        OtlpJson.WriteSpan(_json, span);
    }

    public void Add(in LogRecord record)
    {
        OpenScope(record.Category);
        OtlpJson.WriteLogRecord(_json, record);
    }

    /// <summary>Closes the OTLP part and writes further members behind it.</summary>
    public void End(Action<Utf8JsonWriter>? further = null)
    {
        CloseScope();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
        further?.Invoke(_json);
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void WriteResource()
    {
        _json.WriteStartObject("resource"u8);
        _json.WriteStartArray("attributes"u8);
        foreach (var (key, value) in _resource)
        {
            _json.WriteStartObject();
            _json.WriteString("key"u8, key);
            _json.WriteStartObject("value"u8);
            _json.WriteString("stringValue"u8, value);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void OpenScope(ReadOnlySpan<byte> scope)
    {
        if (_scope is not null && scope.SequenceEqual(_scope))
            return;
        CloseScope();
        _scope = scope.ToArray();
        _json.WriteStartObject();
        _json.WriteStartObject("scope"u8);
        _json.WriteString("name"u8, scope);
        _json.WriteEndObject();
        _json.WriteStartArray(_isOfSpans ? "spans"u8 : "logRecords"u8);
    }

    private void CloseScope()
    {
        if (_scope is null)
            return;
        _json.WriteEndArray();
        _json.WriteEndObject();
        _scope = null;
    }
}
