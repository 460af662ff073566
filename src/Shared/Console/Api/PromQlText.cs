using System.Globalization;
using System.Text.Json;
using Observability.Console.Alerting;
using Observability.Console.PromQl;

namespace Observability.Console.Api;

/// <summary>Writes answers to expressions in the form of Prometheus' HTTP API. https://prometheus.io/docs/prometheus/latest/querying/api</summary>
internal static class PromQlText
{
    /// <summary>Writes the answer up to a size; false when some of it was left out.</summary>
    public static bool Write(Utf8JsonWriter json, PromQlAnswer answer, long at, long mostBytes)
    {
        var isWhole = true;
        json.WriteStartObject();
        json.WriteString("status"u8, "success"u8);
        json.WriteStartObject("data"u8);
        json.WriteString("resultType"u8, answer.Type switch { ValueKind.Scalar => "scalar", ValueKind.Vector => "vector", ValueKind.Matrix => "matrix", _ => "string" });
        json.WriteStartArray("result"u8);
        if (answer.Type is ValueKind.Text)
            WriteStep(json, at, answer.Text!);
        foreach (var series in answer.Series)
        {
            if (answer.Type is ValueKind.Scalar)
            {
                WriteStep(json, series.Times[0], Number(series.Values[0]));
                continue;
            }
            if (json.BytesCommitted + json.BytesPending >= mostBytes)
            {
                isWhole = false;
                break;
            }
            WriteSeries(json, series, answer.Type is ValueKind.Vector);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        if (!isWhole)
        {
            json.WriteStartArray("warnings"u8);
            json.WriteStringValue("The limit on the size of an answer (Console__AnswerBytes) left series out.");
            json.WriteEndArray();
        }
        json.WriteEndObject();
        return isWhole;
    }

    /// <summary>A number as Prometheus writes it: the shortest that reads the same, without an exponent.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? Expanded(text) : text;
    }

    private static string Expanded(string text)
    {
        var (sign, mark) = (text.StartsWith('-') ? "-" : "", text.IndexOf('E', StringComparison.Ordinal));
        var digits = text[sign.Length..mark].Replace(".", "", StringComparison.Ordinal);
        var point = 1 + int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return point <= 0 ? $"{sign}0.{new string('0', -point)}{digits}"
            : point >= digits.Length ? sign + digits.PadRight(point, '0')
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    private static void WriteSeries(Utf8JsonWriter json, SampleRun series, bool isOneStep)
    {
        json.WriteStartObject();
        json.WriteStartObject("metric"u8);
        foreach (var (label, value) in series.Labels.Pairs)
            json.WriteString(label, value);
        json.WriteEndObject();
        if (isOneStep)
        {
            json.WriteStartArray("value"u8);
            WriteValues(json, series.Times[0], Number(series.Values[0]));
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartArray("values"u8);
            for (var i = 0; i < series.Count; i++)
                WriteStep(json, series.Times[i], Number(series.Values[i]), isNested: true);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, long time, string value, bool isNested = false)
    {
        if (isNested)
            json.WriteStartArray();
        WriteValues(json, time, value);
        if (isNested)
            json.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter json, long time, string value)
    {
        json.WriteNumberValue(time / 1000m);
        json.WriteStringValue(value);
    }
}
