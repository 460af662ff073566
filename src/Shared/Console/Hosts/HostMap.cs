using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.Console.Queries;

namespace Observability.Console.Hosts;

/// <summary>Merges the maps of several hosts: calls between the same parts become one, and their durations are counted together.</summary>
internal static class HostMap
{
    /// <summary>The calls of an answer of the API; none when the host has not answered.</summary>
    public static IEnumerable<MapEdge> Read(HostAnswer answer)
    {
        if (answer.Body is not { } body)
            yield break;
        foreach (var edge in HostMerging.ItemsOf(body, "edges"))
        {
            var durations = DurationsOf(edge, new());
            if (durations.Total > 0)
                yield return new(NodeOf(edge["from"]), NodeOf(edge["to"]), durations) { Errors = ErrorsOf(edge), Hosts = [answer.Host.Name] };
        }
    }

    /// <summary>One entry for each pair of parts, the most calls first.</summary>
    public static IReadOnlyList<MapEdge> Merge(IEnumerable<MapEdge> edges)
    {
        Dictionary<(MapNode From, MapNode To), MapEdge> merged = [];
        foreach (var edge in edges)
        {
            if (!merged.TryGetValue((edge.From, edge.To), out var known))
            {
                merged.Add((edge.From, edge.To), edge);
                continue;
            }
            foreach (var (bucket, count) in edge.Durations.Filled)
                known.Durations.Add(bucket, count);
            known.Errors += edge.Errors;
            known.Hosts = [.. known.Hosts, .. edge.Hosts];
        }
        return [.. merged.Values.OrderByDescending(edge => edge.Durations.Total)];
    }

    /// <summary>Adds the durations of an edge of an answer to counts.</summary>
    public static DurationCounts DurationsOf(JsonObject edge, DurationCounts counts)
    {
        foreach (var pair in (edge["durations"] as JsonArray)?.OfType<JsonArray>() ?? [])
        {
            if (pair is [JsonValue bucket, JsonValue count] && bucket.TryGetValue<int>(out var place) && count.TryGetValue<int>(out var number))
                counts.Add(place, number);
        }
        return counts;
    }

    private static int ErrorsOf(JsonObject edge) => edge["errors"] is JsonValue errors && errors.TryGetValue<int>(out var count) ? count : 0;

    private static MapNode NodeOf(JsonNode? node) => new(TextOf(node, "name"), TextOf(node, "kind"));

    private static string TextOf(JsonNode? node, string member) =>
        node is JsonObject && node[member] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : "";
}
