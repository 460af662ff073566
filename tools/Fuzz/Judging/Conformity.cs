using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Fuzz.Judging;

/// <summary>
/// Whether a value is what a JSON schema says (draft 2020-12), as far as the shop's document uses it. A keyword that is not known here is
/// an error and not a yes.
/// </summary>
internal sealed class Conformity(Description description)
{
    private static readonly string[] Notes = ["description", "title", "example", "examples", "default", "deprecated"];

    /// <returns>Where and why it does not fit; null when it does.</returns>
    /// <exception cref="NotSupportedException">The schema uses a keyword that is not known here.</exception>
    public string? Wrong(JsonElement schema, JsonElement value, string path = "$")
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (Wrong(keyword, schema, value, path) is { } wrong)
                return wrong;
        }

        return null;
    }

    private string? Wrong(JsonProperty keyword, JsonElement schema, JsonElement value, string path) => keyword.Name switch
    {
        "$ref" => Wrong(description.Find(keyword.Value.GetString()!), value, path),
        "oneOf" => keyword.Value.EnumerateArray().Count(one => Wrong(one, value, path) is null) == 1 ? null : $"{path} is not one of its kinds",
        "type" => Types(keyword.Value).Any(type => IsOf(type, value)) ? null : $"{path} is {value.ValueKind}, not {keyword.Value}",
        "enum" => keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? null : $"{path} is none of {keyword.Value}",
        "required" => Of(value, JsonValueKind.Object)
            ? keyword.Value.EnumerateArray().Select(name => name.GetString()!).FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing ? $"{path}.{missing} is missing" : null
            : null,
        // Clients ignore members that they do not know; the shop itself describes every member that it answers.
        "properties" => Members(value).Select(member => keyword.Value.TryGetProperty(member.Name, out var its) ? Wrong(its, member.Value, $"{path}.{member.Name}")
                : schema.TryGetProperty("additionalProperties", out _) ? null : $"{path}.{member.Name} is not described")
            .FirstOrDefault(wrong => wrong is not null),
        "additionalProperties" => Members(value).Where(member => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _)))
            .Select(member => keyword.Value.ValueKind switch
            {
                JsonValueKind.True => null,
                JsonValueKind.False => $"{path}.{member.Name} is not described",
                _ => Wrong(keyword.Value, member.Value, $"{path}.{member.Name}"),
            }).FirstOrDefault(wrong => wrong is not null),
        "not" => Wrong(keyword.Value, value, path) is null ? $"{path} is what it must not be" : null,
        "items" => Items(value).Select((item, index) => Wrong(keyword.Value, item, $"{path}[{index}]")).FirstOrDefault(wrong => wrong is not null),
        "minItems" => !Of(value, JsonValueKind.Array) || value.GetArrayLength() >= keyword.Value.GetInt32() ? null : $"{path} has too few items",
        "maxItems" => !Of(value, JsonValueKind.Array) || value.GetArrayLength() <= keyword.Value.GetInt32() ? null : $"{path} has too many items",
        "minLength" => !Of(value, JsonValueKind.String) || value.GetString()!.EnumerateRunes().Count() >= keyword.Value.GetInt32() ? null : $"{path} is too short",
        "maxLength" => !Of(value, JsonValueKind.String) || value.GetString()!.EnumerateRunes().Count() <= keyword.Value.GetInt32() ? null : $"{path} is too long",
        "pattern" => !Of(value, JsonValueKind.String) || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)) ? null : $"{path} does not match",
        "minimum" => !Of(value, JsonValueKind.Number) || value.GetDecimal() >= keyword.Value.GetDecimal() ? null : $"{path} is too small",
        "maximum" => !Of(value, JsonValueKind.Number) || value.GetDecimal() <= keyword.Value.GetDecimal() ? null : $"{path} is too large",
        "multipleOf" => !Of(value, JsonValueKind.Number) || value.GetDecimal() % keyword.Value.GetDecimal() == 0 ? null : $"{path} is no multiple of {keyword.Value}",
        "format" => IsFormatted(keyword.Value.GetString()!, value) ? null : $"{path} is no {keyword.Value}",
        _ when Notes.Contains(keyword.Name) => null,
        _ => throw new NotSupportedException($"The document uses '{keyword.Name}' at {path}, which Conformity does not know."),
    };

    private static IEnumerable<string> Types(JsonElement types) => types.ValueKind is JsonValueKind.Array
        ? types.EnumerateArray().Select(type => type.GetString()!)
        : [types.GetString()!];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "null" => Of(value, JsonValueKind.Null),
        "string" => Of(value, JsonValueKind.String),
        "object" => Of(value, JsonValueKind.Object),
        "array" => Of(value, JsonValueKind.Array),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => Of(value, JsonValueKind.Number),
        "integer" => Of(value, JsonValueKind.Number) && value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
        _ => throw new NotSupportedException($"The document uses the type '{type}'."),
    };

    private static bool IsFormatted(string format, JsonElement value) => format switch
    {
        "uuid" => !Of(value, JsonValueKind.String) || Guid.TryParseExact(value.GetString(), "D", out _),
        "date-time" => !Of(value, JsonValueKind.String) || (value.GetString()!.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
        "int32" => !Of(value, JsonValueKind.Number) || value.TryGetInt32(out _),
        "int64" => !Of(value, JsonValueKind.Number) || value.TryGetInt64(out _),
        "double" or "float" or "decimal" => true,
        _ => throw new NotSupportedException($"The document uses the format '{format}'."),
    };

    private static bool Of(JsonElement value, JsonValueKind kind) => value.ValueKind == kind;

    private static JsonElement.ObjectEnumerator Members(JsonElement value) => Of(value, JsonValueKind.Object) ? value.EnumerateObject() : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement value) => Of(value, JsonValueKind.Array) ? value.EnumerateArray() : default;
}
