using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary><c>docker-compose.observability.yml</c>, read once.</summary>
internal static partial class ComposeFile
{
    public const string Path = "docker-compose.observability.yml";
    public const string ShopOnMachine = "deploy/compose.shop-on-machine.yml";
    public const string PerModule = "deploy/compose.services.yml";
    public const string Example = ".env.example";

    public static DeployFile File { get; } = new(Path);

    public static JsonNode Root { get; } = File.Read();

    public static Dictionary<string, Service> Services { get; } =
        Root["services"]!.AsObject().ToDictionary(service => service.Key, service => new Service(service.Key, service.Value!.AsObject()));

    /// <summary>The variables that the file takes from <c>.env</c>, and what it says for the case that one is missing.</summary>
    public static IEnumerable<(string Name, string Otherwise)> Variables { get; } =
        [.. Variable().Matches(Root.ToJsonString(Relaxed)).Select(match => (match.Groups["name"].Value, match.Groups["otherwise"].Value))];

    /// <summary>A value with its variables filled in, as Compose does it.</summary>
    public static string Interpolate(string value, IReadOnlyDictionary<string, string> variables) => Variable().Replace(value, match =>
    {
        if (variables.TryGetValue(match.Groups["name"].Value, out var known) && known.Length > 0)
            return known;
        var otherwise = match.Groups["otherwise"].Value;
        return otherwise.StartsWith(":-", StringComparison.Ordinal) ? otherwise[2..] : throw new KeyNotFoundException($"{match.Groups["name"].Value} is not set.");
    });

    /// <summary>The variables of a file such as <c>.env</c>.</summary>
    public static Dictionary<string, string> ReadVariables(string file) => System.IO.File.ReadLines(file)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1].Trim('\''));

    /// <summary>The secrets in a folder such as <c>.secrets</c>.</summary>
    public static Dictionary<string, string> ReadSecrets(string folder) =>
        Directory.EnumerateFiles(folder).ToDictionary(file => System.IO.Path.GetFileName(file), file => System.IO.File.ReadAllText(file).TrimEnd('\n'));

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<otherwise>:[-?][^}]*)?\}")]
    private static partial Regex Variable();
}

/// <summary>One service of the compose file.</summary>
internal sealed record Service(string Name, JsonObject Settings)
{
    public sealed record Dependency(string On, string Condition, bool Required);

    public sealed record Port(string Address, int Published, int Inside);

    /// <param name="Source">A path from the root of the repository, or the name of a volume.</param>
    public sealed record Mount(string Source, string Target, bool IsFile);

    public string? Image => (string?)Settings["image"];

    /// <summary>The stage of <c>deploy/Dockerfile</c> that it is built from.</summary>
    public string? Stage => (string?)Settings["build"]?["target"];

    public IEnumerable<Dependency> DependsOn =>
        (Settings["depends_on"]?.AsObject() ?? []).Select(on => new Dependency(on.Key, (string)on.Value!["condition"]!, (bool?)on.Value["required"] ?? true));

    public IEnumerable<Port> Ports => Strings("ports").Select(port => port.Split(':')).Select(part => part is [var address, var published, var inside]
        ? new Port(address, int.Parse(published), int.Parse(inside))
        : throw new FormatException($"{Name} publishes {string.Join(':', part)}: write 127.0.0.1:port:port."));

    public IEnumerable<Mount> Mounts => Strings("volumes").Select(volume => volume.Split(':'))
        .Select(part => new Mount(part[0].StartsWith("./", StringComparison.Ordinal) ? part[0][2..] : part[0], part[1], part[0].StartsWith('.')));

    public IReadOnlyDictionary<string, string> Environment =>
        (Settings["environment"]?.AsObject() ?? []).ToDictionary(variable => variable.Key, variable => variable.Value!.ToString());

    /// <summary>The secrets that it is given, by the name of the file at /run/secrets.</summary>
    public IReadOnlyDictionary<string, string> Secrets => (Settings["secrets"]?.AsArray() ?? []).ToDictionary(
        secret => secret is JsonObject mapped ? (string)mapped["target"]! : (string)secret!,
        secret => secret is JsonObject mapped ? (string)mapped["source"]! : (string)secret!);

    public IEnumerable<string> Command => Strings("command");

    /// <summary>How it is asked whether it is ready, be it by the compose file or by its image.</summary>
    public string? Healthcheck => Settings["healthcheck"]?["test"] is JsonArray test
        ? string.Join(' ', test.Select(word => (string)word!))
        : Stage is { } stage ? Dockerfile.Stage(stage).Instructions.LastOrDefault(line => line.Name == "HEALTHCHECK")?.Text : null;

    /// <summary>The files of the repository that it reads, those in mounted folders included; what does not exist yet is left out.</summary>
    public IEnumerable<DeployFile> Files => Mounts.Where(mount => mount.IsFile).SelectMany(mount =>
    {
        var path = System.IO.Path.Combine(Repository.Root, mount.Source);
        return File.Exists(path) ? [new DeployFile(mount.Source)]
            : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => new DeployFile(System.IO.Path.GetRelativePath(Repository.Root, file)))
            : Enumerable.Empty<DeployFile>();
    });

    public IEnumerable<string> Strings(string key) => (Settings[key]?.AsArray() ?? []).Select(text => (string)text!);
}
