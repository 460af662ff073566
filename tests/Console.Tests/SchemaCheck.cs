using System.Text.Json;

namespace Observability.Console.Tests;

/// <summary>
/// Checks a JSON value against a schema of an OpenAPI document, by the keywords that the console's schemas use; another keyword is an error. A member
/// that the schema does not name is one too, unless <c>additionalProperties</c> allows it, so that the schemas stay complete.
/// </summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] Remarks = ["description", "externalDocs"];

    /// <summary>What is wrong, with where.</summary>
    public IEnumerable<string> Errors(JsonElement schema, JsonElement value, string at = "$") => schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
    {
        "$ref" => Errors(Resolve(keyword.Value.GetString()!), value, at),
        "anyOf" => keyword.Value.EnumerateArray().Any(one => !Errors(one, value, at).Any()) ? [] : [$"{at} is none of anyOf"],
        "type" => IsOfType(keyword.Value, value) ? [] : [$"{at} is no {keyword.Value}"],
        "enum" => keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? [] : [$"{at} is not in {keyword.Value}"],
        "format" => keyword.Value.GetString() == "date-time" && value.TryGetDateTimeOffset(out _) ? [] : [$"{at} is no {keyword.Value}"],
        "required" => keyword.Value.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{at} lacks {name}"),
        "items" => value.EnumerateArray().SelectMany((item, i) => Errors(keyword.Value, item, $"{at}[{i}]")),
        "properties" => Named(keyword.Value, schema.TryGetProperty("additionalProperties", out _), value, at),
        "additionalProperties" => Others(keyword.Value, schema, value, at),
        _ => Remarks.Contains(keyword.Name) ? [] : [$"{at}: {keyword.Name} is not checked"],
    });

    private IEnumerable<string> Named(JsonElement properties, bool allowsOthers, JsonElement value, string at) => value.EnumerateObject().SelectMany(member =>
        properties.TryGetProperty(member.Name, out var schema) ? Errors(schema, member.Value, $"{at}.{member.Name}") : allowsOthers ? [] : [$"{at}.{member.Name} is not described"]);

    private IEnumerable<string> Others(JsonElement additional, JsonElement schema, JsonElement value, string at) => additional.ValueKind is JsonValueKind.True
        ? []
        : value.EnumerateObject().Where(member => !(schema.TryGetProperty("properties", out var named) && named.TryGetProperty(member.Name, out _)))
            .SelectMany(member => Errors(additional, member.Value, $"{at}.{member.Name}"));

    private JsonElement Resolve(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (element, name) => element.GetProperty(name));

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind is JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(one, value))
        : type.GetString() switch
        {
            "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            var name => value.ValueKind.ToString().Equals(name, StringComparison.OrdinalIgnoreCase),
        };
}
