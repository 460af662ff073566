using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The overlays are what kustomize makes of them, and what is read of them is everything.</summary>
public sealed partial class KustomizationTests
{
    [KubectlFact]
    public async Task Kubectl_makes_of_each_overlay_what_the_other_tests_read()
    {
        foreach (var overlay in Overlay.All)
        {
            var (code, output, errors) = await Subprocess.RunAsync("kubectl", "kustomize", $"deploy/kubernetes/overlays/{overlay.Name}");
            (code, errors).ShouldBe((0, ""), overlay.Name);
            var made = Kustomization.Documents(output).Select(WithoutHashes).ToDictionary(Kustomization.Id);
            made.Keys.ShouldBe(overlay.Trees.Select(Kustomization.Id), ignoreOrder: true, overlay.Name);
            foreach (var tree in overlay.Trees)
                Sorted(tree).ShouldBe(Sorted(made[Kustomization.Id(tree)]), $"{overlay}: {Kustomization.Id(tree)}");
        }
    }

    [Theory]
    [InlineData("""{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replica": 2}}""", "replica")]
    [InlineData("""{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"name": "a", "readynessProbe": {}}]}}}}""", "readynessProbe")]
    [InlineData("""{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": "2"}}""", "replicas")]
    [InlineData("""{"apiVersion": "rabbitmq.com/v1beta1", "kind": "RabbitmqCluster", "spec": {"replica": 3}}""", "replica")]
    [InlineData("""{"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "spec": {"podMetricsEndpoint": []}}""", "podMetricsEndpoint")]
    public void A_field_that_Kubernetes_does_not_know_is_found(string tree, string field) =>
        Should.Throw<System.Text.Json.JsonException>(() => Overlay.Read(JsonNode.Parse(tree)!.AsObject())).Message.ShouldContain(field);

    [Fact]
    public void A_patch_that_finds_nothing_to_replace_is_refused() =>
        Should.Throw<FormatException>(() => JsonPatch.Apply(JsonNode.Parse("""{"spec": {}}""")!, JsonNode.Parse("""{"op": "replace", "path": "/spec/replicas", "value": 2}""")!.AsObject()));

    [Fact]
    public void Every_file_of_the_folder_belongs_to_an_overlay()
    {
        var folder = Path.Combine(Repository.Root, "deploy/kubernetes");
        var named = Directory.EnumerateFiles(folder, "kustomization.yaml", SearchOption.AllDirectories).SelectMany(file =>
        {
            var tree = DeployFile.ReadYaml(File.ReadAllText(file));
            string[] files = [.. Texts(tree["resources"]), .. (tree["configMapGenerator"]?.AsArray() ?? []).SelectMany(one => Texts(one!["envs"]))];
            return files.Select(name => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name))).Append(file);
        }).ToHashSet();

        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !named.Contains(file))
            .Select(file => Path.GetRelativePath(folder, file)).ShouldBe(["README.md"]);
        Directory.EnumerateDirectories(Path.Combine(folder, "overlays")).Select(Path.GetFileName).ShouldBe(Overlay.All.Select(overlay => overlay.Name), ignoreOrder: true);
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list?.AsArray() ?? []).Select(item => (string)item!);

    private static JsonObject WithoutHashes(JsonObject tree)
    {
        foreach (var place in Kustomization.References(tree).Where(reference => reference.Kind == "ConfigMap").Select(reference => reference.Reference)
            .Concat(Kustomization.Kind(tree) == "ConfigMap" ? [tree["metadata"]!.AsObject()] : []))
            place["name"] = Hash().Replace((string)place["name"]!, "");
        return tree;
    }

    private static string Sorted(JsonNode? node) => Order(node)?.ToJsonString(new() { WriteIndented = true }) ?? "null";

    private static JsonNode? Order(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Order(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Order)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("-[a-z0-9]{10}$")]
    private static partial Regex Hash();
}
