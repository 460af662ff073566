using System.Globalization;
using System.Text.Json;

namespace ECommerce.Fuzz.Requests;

/// <summary>JSON texts at, and just beyond, what a schema allows.</summary>
internal sealed class EdgeValues(Description description)
{
    private static readonly string[] Wrong =
    [
        "null", "true", "0", "1.5", "\"\"", "\"text\"", "[]", "{}", "[null]", "[[]]", "{\"a\":1}", "\"0\"", "\"true\"", "\"null\"",
        "NaN", "Infinity", "-Infinity", "undefined", "0x10", "01", "+1", ".5", "5.", "1e", "'text'", "1e400", "-1e400", "1e-400", "--1", "tru",
    ];

    private static readonly string[] Guids =
    [
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "{0190f5fe-7c00-7a00-8000-0000000000a1}", "0190f5fe7c007a0080000000000000a1", "(0190f5fe-7c00-7a00-8000-0000000000a1)",
        "0190f5fe-7c00-7a00-8000-0000000000a", "0190f5fe-7c00-7a00-8000-0000000000a1 ", " 0190f5fe-7c00-7a00-8000-0000000000a1",
        "0190f5fe-7c00-7a00-8000-0000000000ag", "urn:uuid:0190f5fe-7c00-7a00-8000-0000000000a1", "{0x0190f5fe,0x7c00,0x7a00,{0x80,0,0,0,0,0,0,0xa1}}", "1", "",
    ];

    private static readonly string[] Times =
    [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+99:99", "-2026-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "1767225600", "now", "01/02/2026", "12:00",
        "2026-01-01T00:00:00.123456789012345Z", "Infinity", "",
    ];

    private static readonly string[] Integers =
    [
        "0", "-0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967296", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e0", "1E2", "1.0", "0.5", "1e400", "99999999999999999999999999999999999999",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-0.01", "0.001", "0.005", "1e-30", "1e30", "1e400", "79228162514264337593543950335", "79228162514264337593543950336",
        "-79228162514264337593543950335", "0.1234567890123456789012345678901234567890", "12.50", "12.500", "1E1", "9007199254740993.5",
    ];

    /// <summary>What is of another kind altogether.</summary>
    public static IReadOnlyList<string> OfAnotherKind => Wrong;

    /// <summary>Texts of JSON values.</summary>
    public IReadOnlyList<string> Of(JsonElement schema)
    {
        schema = description.Resolve(schema);
        if (schema.TryGetProperty("enum", out var values))
            return [.. values.EnumerateArray().SelectMany(OfEnum), "\"\"", "\"nonsense\"", "0", "1"];
        return Type(schema) switch
        {
            "integer" => [.. Around(schema, 1), .. Integers],
            "number" => [.. Around(schema, 0.01m), .. Numbers],
            "boolean" => ["true", "false", "\"true\"", "1", "0", "\"\"", "\"True\""],
            "array" => ["[]", "[null]", $"[{string.Join(',', Enumerable.Repeat("null", 1000))}]", $"[{string.Join(',', Enumerable.Repeat("{}", 101))}]", "[[]]", "[{}]"],
            "object" => ["{}", "{\"\":null}"],
            _ => Strings(schema),
        };
    }

    private static IReadOnlyList<string> Strings(JsonElement schema)
    {
        if (schema.TryGetProperty("format", out var format))
        {
            if (format.ValueEquals("uuid"))
                return [.. Guids.Select(Texts.Quote)];
            if (format.ValueEquals("date-time"))
                return [.. Times.Select(Texts.Quote)];
        }

        var least = schema.TryGetProperty("minLength", out var minimum) ? minimum.GetInt32() : 1;
        var most = schema.TryGetProperty("maxLength", out var maximum) ? maximum.GetInt32() : 200;
        int[] lengths = [0, 1, least - 1, least, most - 1, most, most + 1, 201, 255, 256, 2001, 65_536];
        return
        [
            .. lengths.Where(length => length >= 0).Distinct()
                .SelectMany(length => (string[])[new('a', length), string.Concat(Enumerable.Repeat("\U0001F4A1", length / 2))]).Select(Texts.Quote),
            $"\"{new string(' ', most)}\"", $"\" {new string('a', least)}\"", $"\"{new string('a', least)} \"",
            Texts.Quote(new string('a', 253 - Markers.MailDomain.Length) + "@" + Markers.MailDomain),
            Texts.Quote(new string('a', 254 - Markers.MailDomain.Length) + "@" + Markers.MailDomain),
            "\"@\"", "\"a@\"", "\"@a\"", "\"a@@a\"",
            "\"EUR\"", "\"eur\"", "\"XXX\"", "\"USD\"", "\"EU\"",
        ];
    }

    private static string[] Around(JsonElement schema, decimal step)
    {
        var edges = new List<string>();
        foreach (var edge in (string[])["minimum", "maximum"])
        {
            if (schema.TryGetProperty(edge, out var at))
                edges.AddRange(((decimal[])[at.GetDecimal() - step, at.GetDecimal(), at.GetDecimal() + step]).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        }

        return [.. edges, .. edges];
    }

    private static string[] OfEnum(JsonElement value) => value.ValueKind is JsonValueKind.String
        ? [Texts.Quote(value.GetString()!), Texts.Quote(value.GetString()!.ToUpperInvariant()), Texts.Quote(value.GetString() + " ")]
        : [value.GetRawText()];

    private static string Type(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? "string"
        : type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().First(one => !one.ValueEquals("null")).GetString()!
        : type.GetString()!;
}
