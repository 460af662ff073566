using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The objects of one overlay, read strictly as the types of Kubernetes: an unknown field or a wrong type is an exception.</summary>
internal sealed class Overlay
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["monitoring.coreos.com/v1/PodMonitor"] = typeof(PodMonitor),
        ["rabbitmq.com/v1beta1/RabbitmqCluster"] = typeof(RabbitmqCluster),
    };

    // Not a static field: a mistake in a manifest is then the exception of each test, and not that of the type's initializer.
    private static readonly Lazy<Overlay[]> Built = new(() => [new("monolith"), new("replicas"), new("services")]);

    private readonly List<object> _objects;

    private Overlay(string name)
    {
        Name = name;
        Trees = Kustomization.Build($"deploy/kubernetes/overlays/{name}");
        _objects = [.. Trees.Select(Read)];
    }

    public static IReadOnlyList<Overlay> All => Built.Value;

    public string Name { get; }

    public IReadOnlyList<JsonObject> Trees { get; }

    /// <summary>The Deployments of hosts, by their names.</summary>
    public IReadOnlyDictionary<string, V1Deployment> Hosts => Of<V1Deployment>()
        .Where(one => one.Spec.Template.Metadata.Labels["app.kubernetes.io/name"] == "shop").ToDictionary(one => one.Metadata.Name);

    public V1Deployment Gateway => Of<V1Deployment>().Single(one => one.Metadata.Name == "gateway");

    public static Overlay Called(string name) => All.Single(one => one.Name == name);

    /// <exception cref="JsonException">A field is unknown, or has another type.</exception>
    public static object Read(JsonObject tree)
    {
        if (!Types.TryGetValue($"{(string)tree["apiVersion"]!}/{(string)tree["kind"]!}", out var type))
            throw new NotSupportedException($"No type for {tree["apiVersion"]} {tree["kind"]}.");
        try
        {
            return tree.Deserialize(type, Strict)!;
        }
        catch (JsonException mistake)
        {
            throw new JsonException($"{tree["kind"]}/{tree["metadata"]?["name"]}: {mistake.Message}", mistake);
        }
    }

    public IReadOnlyList<T> Of<T>() => [.. _objects.OfType<T>()];

    /// <summary>The settings of a host, as its ConfigMap holds them.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(V1Deployment host)
    {
        var name = host.Spec.Template.Spec.Containers.Single().EnvFrom.Single().ConfigMapRef.Name;
        return new Dictionary<string, string>(Of<V1ConfigMap>().Single(map => map.Metadata.Name == name).Data);
    }

    public override string ToString() => Name;
}

/// <summary>What is used of the resource of the Prometheus Operator.</summary>
internal sealed record PodMonitor(string ApiVersion, string Kind, V1ObjectMeta Metadata, PodMonitor.Details Spec)
{
    public sealed record Details(V1LabelSelector Selector, IReadOnlyList<Endpoint> PodMetricsEndpoints);

    public sealed record Endpoint(string Port, string Path, string Interval, string ScrapeTimeout, IReadOnlyList<Relabeling> Relabelings);

    public sealed record Relabeling(string TargetLabel, string Replacement);
}

/// <summary>What is used of the resource of RabbitMQ's Cluster Operator.</summary>
internal sealed record RabbitmqCluster(string ApiVersion, string Kind, V1ObjectMeta Metadata, RabbitmqCluster.Details Spec)
{
    public sealed record Details(
        int Replicas, string Image, Backend SecretBackend, Volume Persistence, V1ResourceRequirements Resources, Configuration Rabbitmq, V1Affinity Affinity, Overrides Override);

    public sealed record Backend(V1LocalObjectReference ExternalSecret);

    public sealed record Volume(string Storage);

    public sealed record Configuration(string AdditionalConfig);

    public sealed record Overrides(Set StatefulSet);

    public sealed record Set(SetDetails Spec);

    public sealed record SetDetails(V1PodTemplateSpec Template);
}
