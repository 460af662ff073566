using System.Globalization;
using System.Text;
using System.Text.Json;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>An attribute for a reader: its value as text, an array as JSON.</summary>
internal readonly record struct AttributeText(string Key, string Value, AttributeKind Kind)
{
    /// <summary>Reads so many attributes.</summary>
    public static AttributeText[] Read(ref RecordReader record, int count)
    {
        var attributes = new AttributeText[count];
        for (var i = 0; i < count; i++)
        {
            var key = Encoding.UTF8.GetString(record.Text());
            var value = AttributeValue.Read(ref record);
            attributes[i] = new(key, TextOf(value), value.Kind);
        }
        return attributes;
    }

    public static string TextOf(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Text or AttributeKind.Json => Encoding.UTF8.GetString(value.Text),
        AttributeKind.True => "true",
        AttributeKind.False => "false",
        AttributeKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        AttributeKind.Real => value.Real.ToString("R", CultureInfo.InvariantCulture),
        AttributeKind.Array => ArrayOf(value),
        _ => "",
    };

    private static string ArrayOf(AttributeValue array)
    {
        var text = new StringBuilder("[");
        var elements = array.Elements;
        for (var i = 0; i < array.Integer; i++)
        {
            var element = AttributeValue.Read(ref elements);
            text.Append(i > 0 ? ", " : "");
            text.Append(element.Kind is AttributeKind.Text ? JsonSerializer.Serialize(Encoding.UTF8.GetString(element.Text), Json) : TextOf(element));
        }
        return text.Append(']').ToString();
    }

    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
