using System.Globalization;
using System.Text.Json;
using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>A record of an OTLP document: the span or the log record, and the name of its scope.</summary>
/// <param name="Host">The host that has it, which becomes an attribute of the record; empty for none.</param>
internal readonly record struct OtlpItem(JsonElement Record, string Scope, string Host = "");

/// <summary>
/// Reads parts of OTLP JSON that a stranger may have written. A member that is missing or of another type is read as its default, as in
/// Protocol Buffers; texts and counts are cut to limits.
/// </summary>
internal static class OtlpReading
{
    private const int NanosecondsPerTick = 100;
    private const int LongestKey = 256;
    private const int LongestText = 64 * 1024;

    public static string TextOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";

    /// <summary>The elements of an array; none when the member is something else.</summary>
    public static IEnumerable<JsonElement> ItemsOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.EnumerateArray() : [];

    public static int CountOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.GetArrayLength() : 0;

    /// <summary>A 64-bit integer, which OTLP writes as a string and some write as a number.</summary>
    public static long IntegerOf(JsonElement element, string name)
    {
        if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out var value))
            return 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
    }

    public static double NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => double.NaN,
    };

    /// <summary>A time in nanoseconds, as Unix ticks.</summary>
    public static long TicksOf(JsonElement element, string name) => Math.Max(0, IntegerOf(element, name) / NanosecondsPerTick);

    /// <summary>Fills an id from its hexadecimal digits; zeros when it is none.</summary>
    public static void ReadId(JsonElement element, string name, Span<byte> id)
    {
        var digits = TextOf(element, name);
        if (digits.Length != id.Length * 2 || Convert.FromHexString(digits, id, out _, out _) is not System.Buffers.OperationStatus.Done)
            id.Clear();
    }

    /// <summary>Writes the number of attributes that are kept, and those.</summary>
    public static void WriteAttributes(RecordWriter writer, JsonElement owner, string host = "")
    {
        var left = Math.Min(CountOf(owner, "attributes"), AttributeCodec.MostAttributes);
        writer.Varint((ulong)(left + (host.Length > 0 ? 1 : 0)));
        WriteHost(writer, host);
        WriteAttributes(writer, owner, left);
    }

    public static void WriteAttributes(RecordWriter writer, JsonElement owner, int count)
    {
        foreach (var attribute in ItemsOf(owner, "attributes").Take(count))
        {
            writer.Text(TextOf(attribute, "key"), LongestKey);
            WriteValue(writer, attribute.ValueKind is JsonValueKind.Object && attribute.TryGetProperty("value", out var value) ? value : default, isElement: false);
        }
    }

    /// <summary>Writes the host as an attribute, when there is one.</summary>
    public static void WriteHost(RecordWriter writer, string host)
    {
        if (host.Length == 0)
            return;
        writer.Text(AttributeCodec.HostKey);
        WriteText(writer, host);
    }

    private static void WriteValue(RecordWriter writer, JsonElement value, bool isElement)
    {
        if (value.ValueKind is not JsonValueKind.Object || value.GetPropertyCount() == 0)
        {
            writer.Byte((byte)AttributeKind.None);
        }
        else if (value.TryGetProperty("stringValue", out _))
        {
            WriteText(writer, TextOf(value, "stringValue"));
        }
        else if (value.TryGetProperty("boolValue", out var yes))
        {
            writer.Byte((byte)(yes.ValueKind is JsonValueKind.True ? AttributeKind.True : AttributeKind.False));
        }
        else if (value.TryGetProperty("intValue", out _))
        {
            writer.Byte((byte)AttributeKind.Integer);
            writer.Signed(IntegerOf(value, "intValue"));
        }
        else if (value.TryGetProperty("doubleValue", out var real))
        {
            writer.Byte((byte)AttributeKind.Real);
            writer.Double(NumberOf(real));
        }
        else if (!isElement && value.TryGetProperty("arrayValue", out var array))
        {
            var count = Math.Min(CountOf(array, "values"), AttributeCodec.MostAttributes);
            writer.Byte((byte)AttributeKind.Array);
            writer.Varint((ulong)count);
            foreach (var element in ItemsOf(array, "values").Take(count))
                WriteValue(writer, element, isElement: true);
        }
        else
        {
            // Maps, bytes and arrays of arrays, which this telemetry does not have.
            WriteText(writer, value.GetRawText());
        }
    }

    private static void WriteText(RecordWriter writer, string text)
    {
        writer.Byte((byte)AttributeKind.Text);
        writer.Text(text, LongestText);
    }
}
