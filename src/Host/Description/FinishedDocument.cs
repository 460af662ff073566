using System.Text.Json.Nodes;
using ECommerce.Kernel;

namespace ECommerce.Host.Description;

/// <summary>
/// The last transformations of the served document: what the model of the OpenAPI library cannot express, or writes in another order.
/// </summary>
internal static class FinishedDocument
{
    private static readonly string[] Prices = ["price", "unitPrice"];

    public static void Finish(JsonObject document)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        NamePrices(schemas);
        schemas["ProblemExplanation"]!["properties"]!["code"]!.ReplaceWith(new JsonObject
        {
            ["$ref"] = "#/components/schemas/ProblemCode",
            ["description"] = schemas["ProblemExplanation"]!["properties"]!["code"]!["description"]?.DeepClone(),
        });
        OpenAnswers(document, schemas);
        PutNullLast(document);
        // Operations without a security requirement of their own are declared as public.
        document["security"] = new JsonArray();
    }

    // A price is money with a minimum of its own.
    private static void NamePrices(JsonObject schemas)
    {
        // A host without Products and Orders has no money in its description.
        if (schemas["Money"]?.DeepClone() is not { } price)
            return;
        price["description"] = "The price of one unit, in the shop's one currency (ISO 4217), with at most two decimals.";
        price["properties"]!["amount"]!["minimum"] = Money.LeastPrice;
        foreach (var (name, member) in schemas.SelectMany(schema => schema.Value!["properties"]?.AsObject() ?? []).Where(member => Prices.Contains(member.Key)).ToArray())
        {
            foreach (var node in Objects(member!).Where(node => node["$ref"]?.GetValue<string>().EndsWith("/Money", StringComparison.Ordinal) is true))
                node["$ref"] = "#/components/schemas/Price";
        }

        schemas["Price"] = price;
        Sort(schemas);
    }

    // Members may be added to an answer within a version, and only to an answer: an unknown member of a request is refused.
    private static void OpenAnswers(JsonObject document, JsonObject schemas)
    {
        HashSet<string> sent = [];
        foreach (var body in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["requestBody"]).OfType<JsonObject>())
            Follow(body, schemas, sent);
        foreach (var (name, schema) in schemas)
        {
            if (!sent.Contains(name) && schema!["additionalProperties"] is JsonValue)
                schema.AsObject().Remove("additionalProperties");
        }
    }

    private static void Follow(JsonNode node, JsonObject schemas, HashSet<string> seen)
    {
        foreach (var reference in Objects(node).Select(one => one["$ref"]?.GetValue<string>().Split('/')[^1]).OfType<string>().ToArray())
        {
            if (schemas[reference] is { } schema && seen.Add(reference))
                Follow(schema, schemas, seen);
        }
    }

    // Generators take the first type, or the first alternative, for the type of the value.
    private static void PutNullLast(JsonNode document)
    {
        foreach (var node in Objects(document).ToArray())
        {
            foreach (var key in (string[])["type", "oneOf"])
            {
                if (node[key] is JsonArray { Count: > 1 } kinds)
                    node[key] = new JsonArray([.. kinds.OrderBy(IsNull).Select(kind => kind!.DeepClone())]);
            }
        }
    }

    private static bool IsNull(JsonNode? kind) => kind is JsonValue word ? word.GetValue<string>() == "null" : kind?["type"] is JsonValue type && type.GetValue<string>() == "null";

    private static void Sort(JsonObject members)
    {
        var sorted = members.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        members.Clear();
        foreach (var (name, member) in sorted)
            members[name] = member;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Objects(member.Value)).Prepend(members),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };
}
