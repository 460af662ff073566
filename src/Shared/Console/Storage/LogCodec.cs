using System.Buffers;
using System.Text.Json;

namespace Observability.Console.Storage;

/// <summary>
/// Encodes a log line: the JSON object that the host writes to stdout, whose values are cut and free of bodies and secrets by then. Members
/// that every line has become fields; the others are attributes under their names.
/// </summary>
internal sealed class LogCodec : IRecordCodec<ReadOnlyMemory<byte>>
{
    private const int LongestText = 64 * 1024;
    private byte[] _text = new byte[1024];

    public RecordTime Encode(ReadOnlyMemory<byte> item, RecordWriter writer)
    {
        // Two passes: the fields, which may come in any order, and the attributes.
        var fields = new LogFields(item.Span);
        var ids = writer.Raw(LogRecord.IdBytes);
        if (ids.IsEmpty)
            return default;
        ids.Clear();
        Hex(item.Span[fields.TraceId], ids[..16]);
        Hex(item.Span[fields.SpanId], ids[16..]);
        var trace = TraceKey.Read(ids);
        writer.Int64(fields.Time);
        writer.Byte((byte)fields.Severity);
        WriteText(item.Span, fields.Message, writer);
        WriteText(item.Span, fields.Category, writer);
        WriteText(item.Span, fields.Event, writer);
        writer.Varint((ulong)fields.Attributes);
        WriteAttributes(item.Span, writer);
        return new(trace, fields.Time, fields.Time);
    }

    private static void Hex(ReadOnlySpan<byte> digits, Span<byte> bytes)
    {
        if (digits.Length != bytes.Length * 2 || Convert.FromHexString(digits, bytes, out _, out _) is not OperationStatus.Done)
            bytes.Clear();
    }

    private void WriteAttributes(ReadOnlySpan<byte> line, RecordWriter writer)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isField = LogFields.IsField(ref json);
            if (!isField)
                WriteText(ref json, writer);
            json.Read();
            if (isField)
                json.Skip();
            else
                WriteValue(ref json, line, writer);
        }
    }

    private void WriteValue(ref Utf8JsonReader json, ReadOnlySpan<byte> line, RecordWriter writer)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                writer.Byte((byte)AttributeKind.None);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.Byte((byte)(json.TokenType is JsonTokenType.True ? AttributeKind.True : AttributeKind.False));
                break;
            case JsonTokenType.Number when json.TryGetInt64(out var integer):
                writer.Byte((byte)AttributeKind.Integer);
                writer.Signed(integer);
                break;
            case JsonTokenType.Number:
                writer.Byte((byte)AttributeKind.Real);
                writer.Double(json.GetDouble());
                break;
            case JsonTokenType.String:
                writer.Byte((byte)AttributeKind.Text);
                WriteText(ref json, writer);
                break;
            default:
                var start = (int)json.TokenStartIndex;
                json.Skip();
                writer.Byte((byte)AttributeKind.Json);
                writer.Text(line[start..(int)json.BytesConsumed]);
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> line, Range text, RecordWriter writer)
    {
        // With its quotes, so that a reader unescapes it.
        if (text.Equals(default(Range)))
        {
            writer.Text([]);
            return;
        }
        var json = new Utf8JsonReader(line[(text.Start.Value - 1)..(text.End.Value + 1)]);
        json.Read();
        WriteText(ref json, writer);
    }

    private void WriteText(ref Utf8JsonReader json, RecordWriter writer)
    {
        if (!json.ValueIsEscaped)
        {
            writer.Text(json.ValueSpan);
            return;
        }
        if (_text.Length < json.ValueSpan.Length)
            _text = new byte[json.ValueSpan.Length];
        writer.Text(_text.AsSpan(0, json.CopyString(_text)));
        if (_text.Length > LongestText)
            _text = new byte[1024];
    }
}
