using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>
/// What Compose makes of its file and <c>deploy/compose.services.yml</c>, by its rules for several files: mappings are merged, lists are added
/// up, and a volume takes the place of another one with the same target.
/// </summary>
internal static class ComposeServices
{
    public static JsonObject Root { get; } = Merge(ComposeFile.File.Read().AsObject(), new DeployFile(ComposeFile.PerModule).Read().AsObject());

    /// <summary>The services that are started; a profile keeps the others away.</summary>
    public static Dictionary<string, Service> Services { get; } = Root["services"]!.AsObject().Where(service => service.Value!["profiles"] is null)
        .ToDictionary(service => service.Key, service => new Service(service.Key, service.Value!.AsObject()));

    /// <summary>The hosts of modules.</summary>
    public static IReadOnlyList<Service> Hosts { get; } = [.. Services.Values.Where(service => service.Stage == "shop")];

    private static JsonObject Merge(JsonObject first, JsonObject second)
    {
        foreach (var (key, value) in second)
        {
            first[key] = (first[key], value) switch
            {
                (JsonObject one, JsonObject other) => Merge(one.DeepClone().AsObject(), other),
                (JsonArray one, JsonArray other) => new JsonArray([.. Kept(one, other).Concat(other).Select(item => item!.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }

        return first;
    }

    private static IEnumerable<JsonNode?> Kept(JsonArray first, JsonArray second)
    {
        var targets = second.Select(Target).OfType<string>().ToHashSet();
        return first.Where(item => Target(item) is not { } target || !targets.Contains(target));
    }

    // A volume is source:/target or source:/target:ro.
    private static string? Target(JsonNode? item) => item is JsonValue value && value.TryGetValue(out string? text) && text.Split(':') is [_, ['/', ..] target, ..] ? target : null;
}
