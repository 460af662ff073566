using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observability.Console.Hosts;

/// <summary>
/// Merges answers of the API of several hosts into one of the same form. What a host says of its own store is in <c>hosts</c>.
/// </summary>
internal static class HostMerging
{
    /// <summary>A list of traces: the parts of a trace that several hosts have become one entry.</summary>
    public static JsonObject Traces(IReadOnlyList<JsonElement> answers, string sort, int limit)
    {
        Dictionary<string, JsonObject> traces = [];
        foreach (var part in answers.SelectMany(answer => ItemsOf(answer, "traces")))
        {
            var id = part["traceId"]?.GetValue<string>() ?? "";
            if (traces.TryGetValue(id, out var known))
                traces[id] = Merge(known, part);
            else
                traces.Add(id, part);
        }
        var ordered = sort == "start"
            ? traces.Values.OrderByDescending(StartOf).ThenByDescending(IdOf, StringComparer.Ordinal)
            : traces.Values.OrderByDescending(trace => NumberOf(trace, sort == "duration" ? "durationMs" : sort)).ThenByDescending(IdOf, StringComparer.Ordinal);
        return new() { ["traces"] = new JsonArray([.. ordered.Take(limit)]), ["cut"] = traces.Count > limit || IsCut(answers) };
    }

    /// <summary>An OTLP document: the resources of all.</summary>
    public static JsonObject Otlp(IReadOnlyList<JsonElement> answers, string member) => new()
    {
        [member] = new JsonArray([.. answers.SelectMany(answer => ItemsOf(answer, member))]),
        ["cut"] = IsCut(answers),
    };

    /// <summary>A map: edges between the same parts become one.</summary>
    public static JsonObject Map(IReadOnlyList<JsonElement> answers)
    {
        Dictionary<string, JsonObject> nodes = [];
        Dictionary<string, JsonObject> edges = [];
        foreach (var node in answers.SelectMany(answer => ItemsOf(answer, "nodes")))
            nodes.TryAdd(node.ToJsonString(), node);
        foreach (var edge in answers.SelectMany(answer => ItemsOf(answer, "edges")))
        {
            var key = $"{edge["from"]?.ToJsonString()} {edge["to"]?.ToJsonString()}";
            if (!edges.TryGetValue(key, out var known))
            {
                edges.Add(key, edge);
                continue;
            }
            foreach (var sum in new[] { "calls", "errors", "perSecond" })
                known[sum] = NumberOf(known, sum) + NumberOf(edge, sum);
            var durations = HostMap.DurationsOf(known, HostMap.DurationsOf(edge, new()));
            known["p95Ms"] = durations.QuantileMilliseconds(0.95);
            known["durations"] = new JsonArray([.. durations.Filled.Select(one => new JsonArray(one.Bucket, one.Count))]);
        }
        var merged = new JsonObject
        {
            ["nodes"] = new JsonArray([.. nodes.Values]),
            ["edges"] = new JsonArray([.. edges.Values.OrderByDescending(edge => NumberOf(edge, "calls"))]),
            ["cut"] = false,
        };
        foreach (var same in new[] { "from", "to", "p95RelativeError" })
        {
            if (answers.Count > 0 && answers[0].TryGetProperty(same, out var value))
                merged[same] = JsonNode.Parse(value.GetRawText());
        }
        return merged;
    }

    /// <summary>Which hosts answered, what their stores have, and why others did not.</summary>
    public static JsonArray Hosts(string own, JsonElement? ownAnswer, IReadOnlyList<HostAnswer> others) =>
        new([Host(own, ownAnswer, problem: null), .. others.Select(other => Host(other.Host.Address.GetLeftPart(UriPartial.Authority), other.Body, other.Problem))]);

    private static JsonObject Host(string address, JsonElement? answer, string? problem)
    {
        var host = new JsonObject { ["address"] = address, ["answered"] = problem is null };
        if (problem is not null)
            host["problem"] = problem;
        if (answer is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("store", out var store))
            host["store"] = JsonNode.Parse(store.GetRawText());
        return host;
    }

    // The trace's name is that of the part that began first.
    private static JsonObject Merge(JsonObject one, JsonObject other)
    {
        var (first, second) = StartOf(one) <= StartOf(other) ? (one, other) : (other, one);
        var end = Math.Max(EndOf(first), EndOf(second));
        first["durationMs"] = end - MillisecondsOf(first);
        foreach (var sum in new[] { "spans", "errors" })
            first[sum] = NumberOf(first, sum) + NumberOf(second, sum);
        return first;
    }

    private static double EndOf(JsonObject trace) => MillisecondsOf(trace) + NumberOf(trace, "durationMs");

    private static double MillisecondsOf(JsonObject trace) => (StartOf(trace) - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static DateTimeOffset StartOf(JsonObject trace) =>
        trace["start"] is JsonValue value && value.TryGetValue<DateTimeOffset>(out var start) ? start : default;

    private static string IdOf(JsonObject trace) => trace["traceId"]?.ToJsonString() ?? "";

    private static double NumberOf(JsonObject item, string name) => item[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0;

    private static bool IsCut(IReadOnlyList<JsonElement> answers) => answers.Any(answer =>
        (answer.TryGetProperty("cut", out var cut) && cut.ValueKind is JsonValueKind.True) || answer.TryGetProperty("cursor", out _));

    internal static IEnumerable<JsonObject> ItemsOf(JsonElement answer, string name) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array
            ? items.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object).Select(item => JsonObject.Create(item)!)
            : [];
}
