using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The operations <c>add</c> and <c>replace</c> of a JSON patch (https://www.rfc-editor.org/rfc/rfc6902).</summary>
internal static class JsonPatch
{
    /// <exception cref="FormatException">The path leads nowhere, or <c>replace</c> finds nothing to replace.</exception>
    public static void Apply(JsonNode document, JsonObject operation)
    {
        var (kind, path, value) = ((string)operation["op"]!, (string)operation["path"]!, operation["value"]!.DeepClone());
        var steps = path.Split('/')[1..];
        var parent = steps[..^1].Aggregate(document, (node, step) =>
            (node is JsonArray items ? items.ElementAtOrDefault(int.Parse(step)) : node[step]) ?? throw new FormatException($"{path} leads nowhere."));
        switch (kind, parent, steps[^1])
        {
            case ("add", JsonArray items, "-"):
                items.Add(value);
                break;
            case ("replace", JsonArray items, var last) when int.Parse(last) < items.Count:
                items[int.Parse(last)] = value;
                break;
            case ("replace", JsonObject members, var last) when members.ContainsKey(last):
                members[last] = value;
                break;
            default:
                throw new FormatException($"{kind} {path} is not possible.");
        }
    }
}
