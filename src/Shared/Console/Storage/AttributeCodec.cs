using System.Globalization;

namespace Observability.Console.Storage;

/// <summary>Encodes attributes: key, type and value. Texts are cut to the limits of telemetry, since links and events are not cut before.</summary>
internal static class AttributeCodec
{
    /// <summary>The limit on the attributes of a span, an event or a link, and on the elements of an array; OpenTelemetry's default.</summary>
    public const int MostAttributes = 128;

    /// <summary>The attribute that says which of several hosts has a record. In OTLP it belongs to the resource.</summary>
    public static ReadOnlySpan<byte> HostKey => "service.instance.id"u8;

    private const int LongestKey = 256;
    private const int LongestText = 256;
    private const int LongestOwnText = 16 * 1024;

    // Ids and dates, which need no string in between.
    private const int LongestBrief = 64;

    public static void Write(this RecordWriter writer, string key, object? value)
    {
        writer.Text(key, LongestKey);
        writer.Value(value, LongestOf(key));
    }

    /// <summary>The limit on the text of an attribute: texts of the host itself may be longer than those of callers.</summary>
    public static int LongestOf(string key) => key is "db.query.text" or "exception.stacktrace" ? LongestOwnText : LongestText;

    private static void Value(this RecordWriter writer, object? value, int longest)
    {
        switch (value)
        {
            case null:
                writer.Byte((byte)AttributeKind.None);
                break;
            case string text:
                writer.Text(AttributeKind.Text, text, longest);
                break;
            case bool yes:
                writer.Byte((byte)(yes ? AttributeKind.True : AttributeKind.False));
                break;
            case int or long or short or byte or sbyte or ushort or uint:
                writer.Byte((byte)AttributeKind.Integer);
                writer.Signed(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float:
                writer.Byte((byte)AttributeKind.Real);
                writer.Double(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case Array { Rank: 1 } values:
                writer.Byte((byte)AttributeKind.Array);
                var count = Math.Min(values.Length, MostAttributes);
                writer.Varint((ulong)count);
                for (var i = 0; i < count; i++)
                    writer.Element(values.GetValue(i), longest);
                break;
            default:
                Span<char> brief = stackalloc char[LongestBrief];
                if (value is ISpanFormattable formattable && formattable.TryFormat(brief, out var length, default, CultureInfo.InvariantCulture))
                    writer.Text(AttributeKind.Text, brief[..length], longest);
                else
                    writer.Text(AttributeKind.Text, Convert.ToString(value, CultureInfo.InvariantCulture), longest);
                break;
        }
    }

    // OTLP has arrays of arrays; telemetry has none, and a text is as good.
    private static void Element(this RecordWriter writer, object? value, int longest) => writer.Value(value is Array ? value.ToString() : value, longest);

    private static void Text(this RecordWriter writer, AttributeKind kind, ReadOnlySpan<char> text, int longest)
    {
        writer.Byte((byte)kind);
        writer.Text(text, longest);
    }
}
