using System.Globalization;
using System.Text.Json;

namespace Observability.Console.Tests;

/// <summary>
/// Evaluates filters over OTLP JSON, written from the description of the language alone: it shares no code with the parser, the encoding or the
/// evaluation. A term is given in parts, and its text is what the console parses.
/// </summary>
internal sealed record OracleTerm(string Field, string Comparison, string Value, bool IsNegated)
{
    private static readonly string[] Levels = ["trace", "debug", "info", "warn", "error", "fatal"];
    private static readonly string[] Kinds = ["", "internal", "server", "client", "producer", "consumer"];

    public override string ToString() => (IsNegated ? "-" : "") + (Field.Length == 0 ? Quoted() : $"{Field}{Comparison}{(Value is "*" ? "*" : Quoted())}");

    public bool Holds(JsonElement record, string scope) => Inner(record, scope) != IsNegated;

    private bool Inner(JsonElement record, string scope)
    {
        var isSpan = record.TryGetProperty("kind", out _);
        switch (Field)
        {
            case "":
                return TextsOf(record, scope, isSpan).Any(text => text.Contains(Value, StringComparison.OrdinalIgnoreCase));
            case "name":
                return Is(isSpan ? record.GetProperty("name").GetString()! : record.GetProperty("body").GetProperty("stringValue").GetString()!);
            case "source":
                return Is(scope);
            case "kind":
                return isSpan && Kinds[record.GetProperty("kind").GetInt32()] == Value;
            case "level":
                return !isSpan && Compare((record.GetProperty("severityNumber").GetInt32() - 1) / 4, Array.IndexOf(Levels, Value));
            case "status":
                return isSpan
                    ? Value == (record.GetProperty("status").TryGetProperty("code", out var code) ? code.GetInt32() == 2 ? "error" : "ok" : "unset")
                    : Value == (record.GetProperty("severityNumber").GetInt32() >= 17 ? "error" : "ok");
            case "duration":
                var wanted = double.Parse(Value[..^2], CultureInfo.InvariantCulture);
                return isSpan
                    ? Compare((Nanoseconds(record, "endTimeUnixNano") - Nanoseconds(record, "startTimeUnixNano")) / 1e6, wanted)
                    : AttributesOf(record).Any(one => one.Key == "durationMs" && one.Value.Any(value => value is double number && Compare(number, wanted)));
            case "module":
                return AttributesOf(record).Any(one => one.Key is "module" or "app.module" && (Value == "*" || HoldsForAny(one.Value)));
            default:
                return AttributesOf(record).Any(one => "attr." + one.Key == Field && (Value == "*" || HoldsForAny(one.Value)));
        }
    }

    private bool HoldsForAny(List<object?> values) => values.Any(value => value switch
    {
        double number => double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var wanted) && Compare(number, wanted),
        bool yes => Comparison == ":" && string.Equals(Value, yes ? "true" : "false", StringComparison.OrdinalIgnoreCase),
        string text => Comparison == ":" && Is(text),
        _ => false,
    });

    private bool Is(string text) => Value == "*" ? text.Length > 0 : string.Equals(text, Value, StringComparison.OrdinalIgnoreCase);

    private bool Compare(double number, double wanted) => Comparison switch
    {
        ":" => number == wanted,
        "<" => number < wanted,
        "<=" => number <= wanted,
        ">" => number > wanted,
        _ => number >= wanted,
    };

    private string Quoted() => "\"" + Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static IEnumerable<string> TextsOf(JsonElement record, string scope, bool isSpan)
    {
        yield return scope;
        yield return isSpan ? record.GetProperty("name").GetString()! : record.GetProperty("body").GetProperty("stringValue").GetString()!;
        if (isSpan && record.GetProperty("status").TryGetProperty("message", out var message))
            yield return message.GetString()!;
        if (record.TryGetProperty("eventName", out var name))
            yield return name.GetString()!;
        if (record.TryGetProperty("events", out var events))
        {
            foreach (var one in events.EnumerateArray())
                yield return one.GetProperty("name").GetString()!;
        }
        foreach (var text in AttributesOf(record).SelectMany(one => one.Value).OfType<string>())
            yield return text;
    }

    private static IEnumerable<(string Key, List<object?> Value)> AttributesOf(JsonElement record) => record.TryGetProperty("attributes", out var attributes)
        ? attributes.EnumerateArray().Select(one => (one.GetProperty("key").GetString()!, ValuesOf(one.GetProperty("value")).ToList()))
        : [];

    private static IEnumerable<object?> ValuesOf(JsonElement value)
    {
        if (value.TryGetProperty("stringValue", out var text))
            return [text.GetString()];
        if (value.TryGetProperty("boolValue", out var yes))
            return [yes.GetBoolean()];
        if (value.TryGetProperty("intValue", out var integer))
            return [double.Parse(integer.GetString()!, CultureInfo.InvariantCulture)];
        if (value.TryGetProperty("doubleValue", out var real))
            return [real.GetDouble()];
        return value.TryGetProperty("arrayValue", out var array) ? array.GetProperty("values").EnumerateArray().SelectMany(ValuesOf) : [null];
    }

    private static long Nanoseconds(JsonElement record, string name) => long.Parse(record.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
