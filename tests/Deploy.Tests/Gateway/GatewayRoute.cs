using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>One endpoint object of krakend.json.</summary>
internal sealed record GatewayRoute(JsonNode Node)
{
    /// <summary>Method and path, such as <c>GET /api/orders/{id}</c>.</summary>
    public string Call => $"{Text("method")} {Text("endpoint")}";

    public string[] Headers => Texts(Node["input_headers"]);

    public string[] QueryNames => Texts(Node["input_query_strings"]);

    public JsonNode? Validator => Node["extra_config"]?["auth/validator"];

    public JsonNode? Rate => Node["extra_config"]?["qos/ratelimit/router"];

    public JsonArray Backends => Node["backend"]!.AsArray();

    public static IReadOnlyList<GatewayRoute> All() => In(KrakendFile.Made);

    public static IReadOnlyList<GatewayRoute> In(DeployFile file) => [.. file.Read()["endpoints"]!.AsArray().Select(node => new GatewayRoute(node!))];

    public static string[] Texts(JsonNode? list) => [.. list?.AsArray().Select(item => item!.GetValue<string>()) ?? []];

    public string Text(string key) => Node[key]!.GetValue<string>();

    public override string ToString() => Call;
}
