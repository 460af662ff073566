using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Testing;

/// <summary>
/// Gives what differs from run to run a name that stays: the first UUID of a snapshot is <c>guid-1</c> wherever it stands. ETags stay,
/// because a version is the same every time.
/// </summary>
internal sealed partial class Scrubber
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _counts = [];

    public JsonNode? Scrub(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Member(member.Key, member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Scrub)]),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => Text(value.ToString()),
        _ => node?.DeepClone(),
    };

    private JsonNode? Member(string name, JsonNode? value) => name switch
    {
        "next" when value is JsonValue => "{cursor}",
        "app.customer.group" when value is JsonValue => "{group}",
        _ when name.EndsWith("DurationMs", StringComparison.OrdinalIgnoreCase) => "{duration}",
        _ => Scrub(value),
    };

    private string Text(string text)
    {
        text = Token().Replace(text, "{token}");
        text = Email().Replace(text, match => Name("email", match.Value));
        text = Sku().Replace(text, match => Name("sku", match.Value));
        text = Uuid().Replace(text, match => Name("guid", match.Value));
        text = TraceId().Replace(text, match => Name("trace", match.Value));
        text = Time().Replace(text, "{time}");
        return Port().Replace(text, "${host}:{port}");
    }

    private string Name(string kind, string value)
    {
        if (!_names.TryGetValue(value, out var name))
            _names[value] = name = $"{kind}-{_counts[kind] = _counts.GetValueOrDefault(kind) + 1}";
        return name;
    }

    [GeneratedRegex(@"\beyJ[\w-]+\.[\w-]+\.[\w-]*")]
    private static partial Regex Token();

    [GeneratedRegex(@"\bsomeone-[0-9a-f]{32}@shop\.example")]
    private static partial Regex Email();

    [GeneratedRegex(@"\bSKU-[0-9A-F]{12}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sku();

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<host>127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Port();
}
