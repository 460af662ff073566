using System.Text;
using System.Text.Json;

namespace ECommerce.Fuzz.Wire;

/// <summary>What came back over the socket, read to its end.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Headers">As they came, repetitions included.</param>
/// <param name="Failure">Why there was none: <c>hung</c>, <c>closed</c>, or <c>unreadable</c> with what was wrong.</param>
internal sealed record Answer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, TimeSpan Took, string? Failure = null)
{
    private readonly Lazy<JsonElement?> _json = new(() => Parse(Body));

    public string? MediaType => Header("Content-Type")?.Split(';')[0].Trim();

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonElement? Json => _json.Value;

    /// <summary>The code of the problem document; null when it is none.</summary>
    public string? Code => Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out var code) && code.ValueKind is JsonValueKind.String
        ? code.GetString()
        : null;

    /// <summary>Whether the shop's own code has seen the request: it names every answer, its server does not.</summary>
    public bool IsOfTheShop => Header("X-Trace-Id") is not null;

    /// <summary>What the server says by itself to what is no HTTP request: a status, no body, and the end of the connection.</summary>
    public bool IsBareRefusal => Status is 400 or 405 or 408 or 411 or 414 or 431 or 505 && Body.Length == 0 && !IsOfTheShop && Header("Connection") == "close";

    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static Answer None(string failure, TimeSpan took) => new(0, [], [], took, failure);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
