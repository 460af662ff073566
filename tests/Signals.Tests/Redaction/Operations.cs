using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Signals.Tests.Redaction;

/// <summary>An operation of the shop as its own description has it.</summary>
internal sealed record Operation(HttpMethod Method, string Path, string[] Query, JsonNode? Body)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Reads the description, and fills what it asks for with secrets.</summary>
internal sealed partial class Operations(JsonNode document, Secrets secrets)
{
    public IEnumerable<Operation> All =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select new Operation(
            HttpMethod.Parse(operation.Key), path.Key,
            [.. from parameter in operation.Value!["parameters"]?.AsArray() ?? [] where (string?)parameter!["in"] == "query" select (string)parameter["name"]!],
            operation.Value["requestBody"]?["content"]?["application/json"]?["schema"]);

    /// <summary>The path with an id that is one, or with secrets in place of ids, and with a secret in every query value and in some that nobody asked for.</summary>
    public string Address(Operation operation, bool realId)
    {
        var path = Parameter().Replace(operation.Path, _ => realId ? $"{Guid.CreateVersion7()}" : secrets.Plant($"{Secrets.Path} of {operation}"));
        return $"{path}?{string.Join('&', operation.Query.Append("token").Append("password").Select(name => $"{name}={secrets.Plant($"query value {name} of {operation}")}"))}";
    }

    /// <summary>One query value at a time, so that the first that is wrong does not hide the others.</summary>
    public IEnumerable<string> Addresses(Operation operation) =>
        operation.Query.Select(name => $"{Parameter().Replace(operation.Path, $"{Guid.CreateVersion7()}")}?{name}={secrets.Plant($"query value {name} of {operation}")}");

    /// <summary>Bodies with secrets in every text: as it should be, cut off, of a wrong kind, with members that nobody knows, and no JSON at all.</summary>
    public IEnumerable<(string Body, string Type)> Bodies(Operation operation)
    {
        const string Json = "application/json";
        string New(bool wrongKind = false) => Fill(operation.Body!, $"body of {operation}", wrongKind).ToJsonString();

        yield return (New(), Json);
        yield return (New(wrongKind: true), Json);
        yield return (New()[..^2], Json);
        yield return ($"{New()[..^1]}, \"secret\": \"{secrets.Plant($"unknown member of {operation}")}\"}}", Json);
        yield return ($"{New()[..^1]}, \"twice\": 1, \"twice\": \"{secrets.Plant($"second member of {operation}")}\"}}", Json);
        yield return ($"[{New()}]", Json);
        yield return (New() + New(), Json);
        yield return (secrets.Plant($"bare body of {operation}"), Json);
        yield return (New(), "text/plain");
        yield return ($"password={secrets.Plant($"form of {operation}")}", "application/x-www-form-urlencoded");
    }

    private JsonNode Fill(JsonNode schema, string place, bool wrongKind)
    {
        if ((string?)schema["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        if ((schema["oneOf"] ?? schema["anyOf"])?.AsArray() is { } choices)
            return Fill(choices.First(choice => (string?)choice!["type"] != "null")!, place, wrongKind);
        if (schema["properties"] is JsonObject properties)
            return new JsonObject(properties.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)FillMember(member.Key, member.Value!, $"{member.Key} in {place}", wrongKind))));
        return schema["items"] is { } items ? new JsonArray(Fill(items, place, wrongKind)) : FillMember("", schema, place, wrongKind);
    }

    private JsonNode FillMember(string name, JsonNode schema, string place, bool wrongKind)
    {
        if (schema["$ref"] is not null || schema["oneOf"] is not null || schema["items"] is not null)
            return Fill(schema, place, wrongKind);
        var secret = secrets.Plant(place);
        if (wrongKind && name is not "email")
            return new JsonObject { ["nested"] = secret };
        return name switch
        {
            "email" => $"{secret}@{secret}.example",
            "productId" => Guid.CreateVersion7().ToString(),
            _ when IsNumber(schema["type"]) => 1,
            _ => secret,
        };
    }

    private static bool IsNumber(JsonNode? type) => type switch
    {
        JsonArray choices => choices.Any(IsNumber),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => (string)value! is "integer" or "number",
        _ => false,
    };

    [GeneratedRegex(@"\{[A-Za-z]+\}")]
    private static partial Regex Parameter();
}
