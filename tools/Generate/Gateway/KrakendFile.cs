using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Generate.Gateway;

/// <summary>
/// The gateway's configuration, made from the description of the API, which says what there is, and from gateway.yml, which says what
/// becomes of it. One object for each method of each path. There are two files: one for hosts that hold every module, and one for hosts that
/// hold one each.
/// </summary>
internal static partial class KrakendFile
{
    public static readonly DeployFile Policy = new("deploy/krakend/gateway.yml");
    public static readonly DeployFile Made = new("deploy/krakend/krakend.json");
    public static readonly DeployFile MadeForServices = new("deploy/krakend/krakend.services.json");

    private const int LongestLine = 160;
    private const string JwksPath = "/.well-known/jwks.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The texts of both files.</summary>
    /// <param name="api">The description of the API, docs/api/openapi.json.</param>
    public static IEnumerable<(DeployFile File, string Text)> MakeAll(JsonNode api)
    {
        var policy = Policy.Read();
        yield return (Made, Make(api, policy, hosts: null));
        yield return (MadeForServices, Make(api, policy, policy["services"]!.AsObject()));
    }

    /// <param name="api">The description of the API.</param>
    /// <param name="policy">gateway.yml.</param>
    /// <param name="hosts">The address of the host of each tag; null when one address holds all of them.</param>
    private static string Make(JsonNode api, JsonNode policy, JsonObject? hosts)
    {
        JsonObject file = new()
        {
            ["$schema"] = "https://www.krakend.io/schema/v2.13/krakend.json",
            ["@comment"] = "Made from gateway.yml, which explains it, and docs/api/openapi.json. Change those: docs/adr/0020.",
        };
        foreach (var (name, value) in policy["service"]!.AsObject())
        {
            if (hosts is null || name != "host")
                file[name] = value!.DeepClone();
        }

        file["endpoints"] = new JsonArray(
        [
            .. from path in api["paths"]!.AsObject()
               where policy["expose"]!.AsArray().Any(exposed => Covers(exposed!.GetValue<string>(), path.Key))
               from operation in path.Value!.AsObject()
               let endpoint = Endpoint(path.Key, operation.Key.ToUpperInvariant(), operation.Value!, policy)
               select hosts is null ? endpoint : At(HostOf(operation.Value!, hosts), endpoint, HostOf(api["paths"]![JwksPath]!["get"]!, hosts)),
        ]);
        return ShortListsInOneLine().Replace(file.ToJsonString(Json), list => InOneLine(list.Value) is { Length: <= LongestLine } line ? line : list.Value) + "\n";
    }

    /// <summary>An endpoint whose backend, and the keys that its tokens are checked with, are at hosts of their own.</summary>
    private static JsonObject At(string host, JsonObject endpoint, string keys)
    {
        if (endpoint["extra_config"]!["auth/validator"] is { } validator)
            validator["jwk_url"] = keys + JwksPath;
        endpoint["backend"]![0]!.AsObject().Insert(0, "host", new JsonArray(host));
        return endpoint;
    }

    // A module without an entry in gateway.yml is an error here, not a route that leads nowhere.
    private static string HostOf(JsonNode operation, JsonObject hosts)
    {
        var tag = operation["tags"]!.AsArray().Single()!.GetValue<string>();
        return hosts[tag]?.GetValue<string>() ?? throw new InvalidOperationException($"{Policy}: `services` names no host for {tag}.");
    }

    private static bool Covers(string exposed, string path) => exposed.EndsWith('/') ? path.StartsWith(exposed, StringComparison.Ordinal) : path == exposed;

    private static JsonObject Endpoint(string path, string method, JsonNode operation, JsonNode policy)
    {
        JsonObject endpoint = new()
        {
            ["@comment"] = operation["operationId"]!.DeepClone(),
            ["endpoint"] = path,
            ["method"] = method,
            ["output_encoding"] = "no-op",
            ["input_headers"] = policy["input_headers"]!.DeepClone(),
        };
        if (QueryNames(operation) is { Length: > 0 } names)
            endpoint["input_query_strings"] = new JsonArray(names);

        JsonObject rules = [];
        if (operation["security"] is not null)
            rules["auth/validator"] = policy["auth/validator"]!.DeepClone();
        rules["qos/ratelimit/router"] = Rate(operation, method, policy["limits"]!.AsArray());
        endpoint["extra_config"] = rules;

        endpoint["backend"] = new JsonArray(new JsonObject
        {
            ["url_pattern"] = path,
            ["method"] = method,
            ["encoding"] = "no-op",
            ["extra_config"] = new JsonObject { ["qos/circuit-breaker"] = Breaker(operation, policy) },
        });
        return endpoint;
    }

    // The name stands in the log when the breaker opens or closes.
    private static JsonObject Breaker(JsonNode operation, JsonNode policy)
    {
        JsonObject breaker = new() { ["name"] = operation["operationId"]!.DeepClone() };
        foreach (var (key, value) in policy["qos/circuit-breaker"]!.AsObject())
            breaker[key] = value!.DeepClone();
        return breaker;
    }

    private static JsonNode[] QueryNames(JsonNode operation) =>
    [
        .. from parameter in operation["parameters"]?.AsArray() ?? []
           where parameter!["in"]!.GetValue<string>() == "query"
           select parameter["name"]!.DeepClone(),
    ];

    private static JsonNode Rate(JsonNode operation, string method, JsonArray limits)
    {
        var limit = limits.First(limit => Names(limit!["operations"], operation["operationId"]!.GetValue<string>()) || Names(limit["methods"], method))!;
        var rate = limit["rate"]!.DeepClone();
        rate["strategy"] = "ip";
        return rate;
    }

    private static bool Names(JsonNode? list, string name) => list?.AsArray().Any(item => item!.GetValue<string>() == name) ?? false;

    private static string InOneLine(string list) => LineBreak().Replace(list, " ");

    // The innermost lists and objects; no text in this file holds a bracket and a line break.
    [GeneratedRegex(@"[\[{]\n[^\[\]{}]*\n\s*[\]}]")]
    private static partial Regex ShortListsInOneLine();

    [GeneratedRegex(@"\n\s*")]
    private static partial Regex LineBreak();
}
