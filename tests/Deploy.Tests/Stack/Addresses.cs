using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>
/// Who listens where, and who calls whom, read from what each service is given: its part of the compose file and the files that are
/// mounted into it. A file that is added there is read from then on.
/// </summary>
internal static partial class Addresses
{
    /// <param name="Where">The file that names it.</param>
    public sealed record Address(string Host, int Port, string Where);

    /// <summary>Where programs listen that are told nothing else.</summary>
    private static readonly Dictionary<string, int[]> BuiltIn = new()
    {
        ["postgres"] = [5432],
        ["postgres-exporter"] = [9187],
        ["prometheus"] = [9090],
        ["alertmanager"] = [9093],
        ["grafana"] = [3000],
        ["rabbitmq"] = [5672, 15692],
    };

    /// <summary>The ports on which a service listens for others.</summary>
    public static IReadOnlySet<int> ListenedOnBy(Service service)
    {
        var ports = Trees(service).SelectMany(tree => Everything(tree.Node).SelectMany(Listens)).ToHashSet();
        ports.UnionWith(BuiltIn.GetValueOrDefault(service.Name, []));
        return ports;
    }

    /// <summary>What a service calls by name.</summary>
    public static IEnumerable<Address> UsedBy(Service service) => Trees(service)
        .SelectMany(tree => Everything(tree.Node).SelectMany(Calls).Select(call => new Address(call.Host, call.Port, $"{service.Name}: {tree.Where}")))
        .Distinct();

    /// <summary>The ports of this machine that a service tells browsers of.</summary>
    public static IEnumerable<Address> ShownBy(Service service) => Trees(service)
        .SelectMany(tree => Texts(tree.Node).SelectMany(text => Shown().Matches(text)).Select(match => new Address("127.0.0.1", int.Parse(match.Groups["port"].Value), $"{service.Name}: {tree.Where}")))
        .Distinct();

    /// <summary>The ports of its own that a service is asked on for its health.</summary>
    public static IEnumerable<int> AskedOn(Service service) =>
        Shown().Matches(service.Healthcheck ?? "").Select(match => int.Parse(match.Groups["port"].Value));

    private static IEnumerable<(string Where, JsonNode Node)> Trees(Service service)
    {
        var given = new JsonObject();
        foreach (var key in (string[])["environment", "command"])
            given[key] = service.Settings[key]?.DeepClone();
        return service.Files
            .Where(file => Path.GetExtension(file.Path) is ".json" or ".yml" or ".yaml")
            .Select(file => (file.Path, file.Read()))
            .Prepend((ComposeFile.Path, given))
            // Addresses that are secrets are not in the compose file: the line that makes such a secret has it.
            .Concat(new DeployFile("deploy/env.sh").Text.Split('\n')
                .Where(line => service.Secrets.Values.Any(name => line.StartsWith($"secret {name} ", StringComparison.Ordinal)))
                .Select(line => ("deploy/env.sh", (JsonNode)JsonValue.Create(line))));
    }

    private static IEnumerable<int> Listens(JsonNode node) => node switch
    {
        JsonValue when Text(node) is { } text => Listener().Matches(text).Select(match => int.Parse(match.Groups["port"].Value)),
        JsonObject pair when Number(pair["port"]) is { } port && Text(pair["host"]) is null or "0.0.0.0" => [port],
        JsonObject loki when Number(loki["http_listen_port"]) is { } port => [port],
        _ => [],
    };

    private static IEnumerable<(string Host, int Port)> Calls(JsonNode node) => node switch
    {
        JsonValue when Text(node) is { } text => Call().Matches(text)
            .Select(match => (match.Groups["host"].Value, match.Groups["port"].Success ? int.Parse(match.Groups["port"].Value) : 80))
            .Concat(Database().Matches(text).Select(match => (match.Groups["host"].Value, BuiltIn["postgres"][0]))),
        JsonObject pair when Number(pair["port"]) is { } port && Text(pair["host"]) is { } host && host != "0.0.0.0" => [(host, port)],
        _ => [],
    };

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static IEnumerable<string> Texts(JsonNode node) => Everything(node).Select(Text).OfType<string>();

    private static IEnumerable<JsonNode> Everything(JsonNode node) => (node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(Everything).Prepend(node);

    // 0.0.0.0:4317, http://0.0.0.0:5080
    [GeneratedRegex(@"0\.0\.0\.0:(?<port>\d+)")]
    private static partial Regex Listener();

    // jaeger:4317, http://loki:3100/otlp, http://loki/; not 127.0.0.1:80, a.b:80 or a{b:80}
    [GeneratedRegex(@"(?<![\w.:{/-])(https?://(?<host>[a-z][a-z0-9-]*)(:(?<port>\d+))?(?![\w.:-])|(?<host>[a-z][a-z0-9-]*):(?<port>\d{2,5})(?![\w.:-]))")]
    private static partial Regex Call();

    [GeneratedRegex(@"\bHost=(?<host>[a-z][a-z0-9-]*)(;|$)")]
    private static partial Regex Database();

    [GeneratedRegex(@"https?://(127\.0\.0\.1|localhost):(?<port>\d+)")]
    private static partial Regex Shown();
}
