using System.Globalization;
using System.Text.Json;
using Observability.Text;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>Writes a log property's value as JSON.</summary>
internal static class JsonValue
{
    private const int ShortText = 128;

    public static void Write(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue scalar:
                WriteScalar(json, scalar.Value);
                break;
            case SequenceValue sequence:
                json.WriteStartArray();
                foreach (var element in sequence.Elements)
                    Write(json, element);
                json.WriteEndArray();
                break;
            case StructureValue structure:
                json.WriteStartObject();
                foreach (var property in structure.Properties)
                {
                    json.WritePropertyName(PropertyName.Of(property.Name));
                    Write(json, property.Value);
                }
                json.WriteEndObject();
                break;
            case DictionaryValue dictionary:
                json.WriteStartObject();
                foreach (var (key, element) in dictionary.Elements)
                {
                    json.WritePropertyName(Convert.ToString(key.Value, CultureInfo.InvariantCulture) ?? "null");
                    Write(json, element);
                }
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(VisibleText.Cut(value.ToString(), TelemetryLimits.Value));
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(VisibleText.Cut(text, TelemetryLimits.Value)); break;
            case bool yes: json.WriteBooleanValue(yes); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case uint number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case short number: json.WriteNumberValue(number); break;
            case ushort number: json.WriteNumberValue(number); break;
            case byte number: json.WriteNumberValue(number); break;
            case sbyte number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case Guid id: json.WriteStringValue(id); break;
            case DateTime time: json.WriteStringValue(time); break;
            case DateTimeOffset time: json.WriteStringValue(time); break;
            default: WriteText(json, value); break;
        }
    }

    private static void WriteText(Utf8JsonWriter json, object value)
    {
        Span<char> text = stackalloc char[ShortText];
        if (value is ISpanFormattable formattable && formattable.TryFormat(text, out var length, default, CultureInfo.InvariantCulture))
            json.WriteStringValue(text[..length]);
        else
            json.WriteStringValue(VisibleText.Cut(Convert.ToString(value, CultureInfo.InvariantCulture), TelemetryLimits.Value));
    }
}
