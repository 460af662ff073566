using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>
/// Builds a folder as <c>kubectl kustomize</c> does, as far as deploy/kubernetes uses it: the names of ConfigMaps get no hash. A field that this
/// does not know is an exception, so that nothing is left out in silence; where kubectl is installed, a test compares the two.
/// </summary>
internal static partial class Kustomization
{
    private static readonly string[] Known =
        ["apiVersion", "kind", "namespace", "nameSuffix", "resources", "labels", "configMapGenerator", "patches"];

    /// <summary>The objects that a folder makes.</summary>
    /// <param name="folder">A path from the root of the repository.</param>
    public static IReadOnlyList<JsonObject> Build(string folder)
    {
        var file = new DeployFile($"{folder}/kustomization.yaml").Read().AsObject();
        Refuse(file, Known, folder);
        var objects = Items(file, "resources").SelectMany(item => Resource(folder, (string)item!)).ToList();
        foreach (var generator in Items(file, "configMapGenerator"))
            Generate(folder, generator!.AsObject(), objects);
        foreach (var patch in Items(file, "patches"))
            Patch(folder, patch!.AsObject(), objects);
        if ((string?)file["nameSuffix"] is { } suffix)
            Rename(objects, suffix);
        foreach (var labels in Items(file, "labels"))
            Label(folder, labels!.AsObject(), objects);
        foreach (var one in objects.Where(one => file["namespace"] is not null && Kind(one) != "Namespace"))
            one["metadata"]!["namespace"] = (string)file["namespace"]!;
        var twice = objects.GroupBy(Id).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        return twice.Count == 0 ? objects : throw new FormatException($"{folder} makes {string.Join(", ", twice)} twice.");
    }

    /// <summary>The objects of a text with several documents.</summary>
    public static IEnumerable<JsonObject> Documents(string yaml) =>
        Separator().Split(yaml).Where(text => text.Split('\n').Any(line => line.Trim().Length > 0 && line[0] != '#')).Select(text => DeployFile.ReadYaml(text).AsObject());

    public static string Kind(JsonObject one) => (string)one["kind"]!;

    public static string Id(JsonObject one) => $"{Kind(one)}/{(string)one["metadata"]!["name"]!}";

    private static IEnumerable<JsonObject> Resource(string folder, string path)
    {
        var full = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, path)));
        return Directory.Exists(Path.Combine(Repository.Root, full)) ? Build(full) : Documents(new DeployFile(full).Text);
    }

    private static void Generate(string folder, JsonObject generator, List<JsonObject> objects)
    {
        Refuse(generator, ["name", "behavior", "files", "envs"], folder);
        var data = new JsonObject();
        foreach (var name in Items(generator, "files").Select(item => (string)item!))
            data[name] = new DeployFile($"{folder}/{name}").Text;
        foreach (var (key, value) in Items(generator, "envs").SelectMany(item => Variables($"{folder}/{(string)item!}")))
            data[key] = value;

        var id = $"ConfigMap/{(string)generator["name"]!}";
        if (generator["behavior"] is null)
        {
            objects.Add(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = id.Split('/')[1] }, ["data"] = data });
            return;
        }

        if ((string?)generator["behavior"] != "merge")
            throw new NotSupportedException($"{folder}: behavior {generator["behavior"]}");
        foreach (var (key, value) in data)
            objects.Single(one => Id(one) == id)["data"]![key] = value!.DeepClone();
    }

    /// <summary>The variables of a file such as settings.env; one that is written twice is an exception.</summary>
    public static Dictionary<string, string> Variables(string path) => new DeployFile(path).Text.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    private static void Patch(string folder, JsonObject patch, List<JsonObject> objects)
    {
        Refuse(patch, ["target", "patch"], folder);
        var target = patch["target"]!.AsObject();
        Refuse(target, ["kind", "name"], folder);
        var targets = objects.Where(one => Kind(one) == (string)target["kind"]!
            && Regex.IsMatch(Id(one).Split('/')[1], $"^({(string)target["name"]!})$")).ToList();
        if (targets.Count == 0)
            throw new FormatException($"{folder}: a patch of {target} changes nothing.");
        foreach (var one in targets)
        {
            foreach (var operation in DeployFile.ReadYaml((string)patch["patch"]!).AsArray())
                JsonPatch.Apply(one, operation!.AsObject());
        }
    }

    // Names, and what refers to the renamed objects by name.
    private static void Rename(List<JsonObject> objects, string suffix)
    {
        var renamed = objects.Select(Id).ToHashSet();
        foreach (var one in objects)
        {
            one["metadata"]!["name"] = $"{(string)one["metadata"]!["name"]!}{suffix}";
            foreach (var (kind, reference) in References(one))
            {
                if (renamed.Contains($"{kind}/{(string)reference["name"]!}"))
                    reference["name"] = $"{(string)reference["name"]!}{suffix}";
            }
        }
    }

    /// <summary>What an object refers to by name: ConfigMaps, and the target of an autoscaler.</summary>
    public static IEnumerable<(string Kind, JsonObject Reference)> References(JsonNode? node) => node switch
    {
        JsonArray items => items.SelectMany(References),
        JsonObject members => members.SelectMany(member => member switch
        {
            { Key: "configMapRef" or "configMap", Value: JsonObject map } => [("ConfigMap", map)],
            { Key: "scaleTargetRef", Value: JsonObject target } => [((string)target["kind"]!, target)],
            _ => References(member.Value),
        }),
        _ => [],
    };

    private static void Label(string folder, JsonObject labels, List<JsonObject> objects)
    {
        Refuse(labels, ["pairs", "includeSelectors"], folder);
        if ((bool?)labels["includeSelectors"] != true)
            throw new NotSupportedException($"{folder}: labels without includeSelectors");
        foreach (var one in objects)
        {
            foreach (var place in Labelled(one))
            {
                foreach (var (key, value) in labels["pairs"]!.AsObject())
                    place[key] = value!.DeepClone();
            }
        }
    }

    private static IEnumerable<JsonObject> Labelled(JsonObject one)
    {
        var metadata = one["metadata"]!.AsObject();
        metadata.TryAdd("labels", new JsonObject());
        yield return metadata["labels"]!.AsObject();
        var spec = one["spec"];
        switch (Kind(one))
        {
            case "Deployment":
                yield return spec!["selector"]!["matchLabels"]!.AsObject();
                yield return spec["template"]!["metadata"]!["labels"]!.AsObject();
                foreach (var spread in spec["template"]!["spec"]!["topologySpreadConstraints"]!.AsArray())
                    yield return spread!["labelSelector"]!["matchLabels"]!.AsObject();
                break;
            case "PodDisruptionBudget":
                yield return spec!["selector"]!["matchLabels"]!.AsObject();
                break;
            case "ConfigMap" or "HorizontalPodAutoscaler":
                break;
            default:
                throw new NotSupportedException($"Where does {Id(one)} have its selectors?");
        }
    }

    private static JsonArray Items(JsonObject file, string key) => file[key]?.AsArray() ?? [];

    private static void Refuse(JsonObject members, string[] known, string where)
    {
        if (members.Select(member => member.Key).Except(known).ToList() is { Count: > 0 } unknown)
            throw new NotSupportedException($"{where}: {string.Join(", ", unknown)}");
    }

    [GeneratedRegex(@"^---\s*$", RegexOptions.Multiline)]
    private static partial Regex Separator();
}
