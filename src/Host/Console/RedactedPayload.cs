using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Host.Console;

/// <summary>The payload of an event without what people have written: names of members, ids, numbers and times stay, every other text is left out.</summary>
internal static class RedactedPayload
{
    private const string LeftOut = "…";
    private const int LongestText = 4096;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string payload)
    {
        try
        {
            var text = Redact(JsonNode.Parse(payload))?.ToJsonString(Indented) ?? "null";
            return text.Length > LongestText ? text[..LongestText] + LeftOut : text;
        }
        catch (JsonException)
        {
            return LeftOut;
        }
    }

    private static JsonNode? Redact(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Redact(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Redact)]),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => JsonValue.Create(IsHarmless(value.GetValue<string>()) ? value.GetValue<string>() : LeftOut),
        _ => node?.DeepClone(),
    };

    private static bool IsHarmless(string text) => Guid.TryParseExact(text, "D", out _)
        || DateTimeOffset.TryParseExact(text, ["O", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        || text is { Length: 3 } && !text.AsSpan().ContainsAnyExceptInRange('A', 'Z'); // a currency
}
