using System.Text.Json.Nodes;

namespace ECommerce.Host.Description;

/// <summary>
/// Adds an example to every member of a schema, every parameter and every successful answer. Members take theirs from <see
/// cref="ExampleValues"/>; the example of an answer is composed of those of its members.
/// </summary>
internal static class DocumentExamples
{
    public static void Fill(JsonObject document)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var (name, schema) in schemas)
        {
            foreach (var (member, its) in schema!["properties"]?.AsObject() ?? [])
            {
                if (its!["$ref"] is null && ExampleValues.Find(name, member) is { } value)
                    its["examples"] = new JsonArray(value);
            }
        }

        foreach (var operation in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!))
        {
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                if (parameter!["example"] is null && ExampleValues.Find("", parameter["name"]!.GetValue<string>()) is { } value)
                    parameter["example"] = value;
            }

            foreach (var (status, answer) in operation["responses"]!.AsObject())
            {
                if (status[0] is '2' or '5' && answer!["content"]?["application/json"] is JsonObject content && Compose(content["schema"]!, schemas, "") is { } example)
                    content["example"] = example;
            }
        }
    }

    private static JsonNode? Compose(JsonNode schema, JsonObject schemas, string name)
    {
        if (schema["$ref"]?.GetValue<string>().Split('/')[^1] is { } reference)
            return Compose(schemas[reference]!, schemas, reference);
        if (schema["examples"]?[0] is { } example)
            return example.DeepClone();
        if (schema["enum"]?[0] is { } word)
            return word.DeepClone();
        if (schema["items"] is { } items)
            return Compose(items, schemas, name) is { } item ? new JsonArray(item) : new JsonArray();
        if (schema["properties"] is not JsonObject members)
            return null;
        JsonObject whole = [];
        foreach (var (member, its) in members)
        {
            if (Compose(its!, schemas, name) is { } value)
                whole[member] = value;
        }

        return whole;
    }
}
