using System.Text.RegularExpressions;
using ECommerce.Data;
using ECommerce.Deploy.Tests.Stack;
using ECommerce.Host;
using k8s.Models;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>What one file names, another one makes: in each overlay, between the overlays, and beside the Compose file.</summary>
public sealed class OverlaysTests
{
    private const string Name = "app.kubernetes.io/name";

    private static readonly DeployFile Readme = new("deploy/kubernetes/README.md");

    [Fact]
    public void Every_selector_finds_pods_and_every_port_is_one_of_theirs()
    {
        foreach (var overlay in Overlay.All)
        {
            foreach (var service in overlay.Of<V1Service>().Where(service => service.Spec.Type != "ExternalName"))
            {
                var pods = Selected(overlay, service.Spec.Selector).ShouldHaveSingleItem($"{overlay}: {service.Metadata.Name}");
                service.Spec.Ports.Select(port => port.TargetPort.Value).Except(PortsOf(pods).Keys).ShouldBeEmpty(service.Metadata.Name);
            }

            foreach (var budget in overlay.Of<V1PodDisruptionBudget>().Where(budget => budget.Metadata.Name != "rabbitmq"))
            {
                Selected(overlay, budget.Spec.Selector.MatchLabels).ShouldHaveSingleItem().Metadata.Name.ShouldBe(budget.Metadata.Name);
                (budget.Spec.MaxUnavailable.Value, budget.Spec.MinAvailable).ShouldBe(("1", null), "a single pod must not keep its node from being drained");
            }

            foreach (var deployment in overlay.Of<V1Deployment>())
            {
                Selected(overlay, deployment.Spec.Selector.MatchLabels).ShouldHaveSingleItem().ShouldBe(deployment);
                deployment.Spec.Template.Spec.TopologySpreadConstraints.ShouldAllBe(
                    spread => spread.LabelSelector.MatchLabels.SequenceEqual(deployment.Spec.Selector.MatchLabels));
                overlay.Of<V1PodDisruptionBudget>().ShouldContain(budget => budget.Metadata.Name == deployment.Metadata.Name);
                var probes = deployment.Spec.Template.Spec.Containers.SelectMany(one => new[] { one.StartupProbe, one.LivenessProbe, one.ReadinessProbe });
                probes.Select(probe => probe.HttpGet.Port.Value).Except(PortsOf(deployment).Keys).ShouldBeEmpty();
            }

            overlay.Of<V1NetworkPolicy>().SelectMany(policy => policy.Spec.PodSelector.MatchLabels ?? new Dictionary<string, string>()).Select(label => label.Value).Distinct()
                .Except(["operators", .. overlay.Of<V1Deployment>().Select(one => one.Spec.Template.Metadata.Labels[Name])])
                .Except(overlay.Of<RabbitmqCluster>().Select(one => one.Metadata.Name))
                .ShouldBeEmpty(overlay.Name);
        }
    }

    [Fact]
    public void A_port_of_a_host_is_the_one_that_its_setting_opens()
    {
        foreach (var (overlay, host) in Overlay.All.SelectMany(overlay => overlay.Hosts.Values, (overlay, host) => (overlay, host)))
        {
            var opened = overlay.SettingsOf(host).Where(setting => Regex.IsMatch(setting.Key, "^Endpoints__(Public|Management|Internal)$"))
                .ToDictionary(setting => setting.Key["Endpoints__".Length..].ToLowerInvariant(), setting => new Uri(setting.Value.Replace("*", "0.0.0.0")).Port);
            PortsOf(host).ShouldBe(opened, ignoreOrder: true, $"{overlay}: {host.Metadata.Name}");
        }
    }

    [Fact]
    public void The_gateway_calls_hosts_and_a_collector_that_are_there()
    {
        foreach (var overlay in Overlay.All)
        {
            var gateway = overlay.Gateway.Spec.Template.Spec;
            var configuration = gateway.Volumes.Single(volume => volume.ConfigMap is not null);
            var (folder, file) = (gateway.Containers.Single().VolumeMounts.Single(mount => mount.Name == configuration.Name).MountPath, gateway.Containers.Single().Args.Last());
            file.ShouldBe($"{folder}/{(overlay.Name == "services" ? "krakend.services.json" : "krakend.json")}");
            var text = overlay.Of<V1ConfigMap>().Single(map => map.Metadata.Name == configuration.ConfigMap.Name).Data[file[(folder.Length + 1)..]];

            var called = Regex.Matches(text, "http://(?<host>[a-z]+):(?<port>\\d+)").Select(match => (match.Groups["host"].Value, int.Parse(match.Groups["port"].Value))).Distinct();
            called.ShouldBe(PublicPorts(overlay), ignoreOrder: true, overlay.Name);
            overlay.Of<V1Service>().ShouldContain(service => service.Metadata.Name == "otel-collector");
            PortsOf(overlay.Gateway).ShouldBe(new Dictionary<string, int> { ["http"] = 8080, ["metrics"] = 9091 }, ignoreOrder: true);
        }
    }

    [Fact]
    public void A_host_finds_the_others_the_broker_and_the_collector()
    {
        foreach (var (overlay, host) in Overlay.All.SelectMany(overlay => overlay.Hosts.Values, (overlay, host) => (overlay, host)))
        {
            var called = overlay.SettingsOf(host).Values.Where(value => value.StartsWith("http://", StringComparison.Ordinal) && !value.Contains('*'));
            foreach (var address in called.Select(value => new Uri(value)))
            {
                var service = overlay.Of<V1Service>().SingleOrDefault(one => one.Metadata.Name == address.Host).ShouldNotBeNull($"{host.Metadata.Name}: {address}");
                if (service.Spec.Type != "ExternalName")
                    service.Spec.Ports.ShouldContain(port => port.Port == address.Port && port.TargetPort.Value == "internal", $"{address}");
            }
        }
    }

    [Fact]
    public void Replicas_are_the_monolith_with_an_autoscaler()
    {
        var (one, many) = (Overlay.Called("monolith").Trees, Overlay.Called("replicas").Trees);

        many.Select(Kustomization.Id).Except(one.Select(Kustomization.Id)).ShouldBe(["HorizontalPodAutoscaler/shop"]);
        one.Select(tree => tree.ToJsonString()).Except(many.Select(tree => tree.ToJsonString())).ShouldBeEmpty();
    }

    [Fact]
    public void A_host_of_one_module_is_the_host_of_all_with_other_names_settings_and_one_listener_more()
    {
        var monolith = Overlay.Called("monolith");
        var whole = Essence(monolith.Hosts["shop"]);
        foreach (var host in Overlay.Called("services").Hosts.Values)
            Essence(host).ShouldBe(whole, host.Metadata.Name);

        static string Essence(V1Deployment host)
        {
            var pod = host.Spec.Template.Spec;
            var container = pod.Containers.Single();
            return k8s.KubernetesJson.Serialize(new
            {
                container.Image,
                container.Env,
                container.Resources,
                container.SecurityContext,
                container.StartupProbe,
                container.LivenessProbe,
                container.ReadinessProbe,
                container.VolumeMounts,
                pod.SecurityContext.RunAsUser,
                pod.TerminationGracePeriodSeconds,
                host.Spec.Strategy,
                Ports = container.Ports.Where(port => port.Name != "internal"),
            });
        }
    }

    [Fact]
    public void A_Deployment_that_is_scaled_says_nothing_of_replicas_and_its_hosts_fit_into_PostgreSQL()
    {
        var database = new DatabaseOptions();
        var most = int.Parse(Regex.Match(Readme.Text, @"max_connections = (\d+)").Groups[1].Value);
        foreach (var overlay in Overlay.All)
        {
            var scalers = overlay.Of<V2HorizontalPodAutoscaler>();
            scalers.Select(scaler => (scaler.Spec.ScaleTargetRef.Kind, scaler.Spec.ScaleTargetRef.Name))
                .ShouldBe(overlay.Name == "monolith" ? [] : overlay.Hosts.Keys.Select(name => ("Deployment", name)), ignoreOrder: true, overlay.Name);
            overlay.Hosts.Values.ShouldAllBe(host => host.Spec.Replicas == null);

            // Pools, statistics and the probe of each host, one host more while they are replaced; three connections are the superuser's, ten others'.
            var modules = overlay.Name == "services" ? 1 : ShopModules.Names.Count;
            var hosts = overlay.Hosts.Keys.Sum(name => (scalers.SingleOrDefault(scaler => scaler.Metadata.Name == name)?.Spec.MaxReplicas ?? 1) + 1);
            (hosts * ((modules * database.MaxPoolSize) + 2)).ShouldBeLessThanOrEqualTo(most - 3 - 10, overlay.Name);
        }
    }

    [Fact]
    public void Images_are_those_of_the_Compose_files()
    {
        var compose = ComposeServices.Services.Values.Select(service => service.Image).OfType<string>().Select(image => image.Split('@')[0]).ToList();
        foreach (var image in Overlay.All.SelectMany(overlay => overlay.Of<V1Deployment>()).SelectMany(one => one.Spec.Template.Spec.Containers).Select(one => one.Image)
            .Concat(Overlay.All.SelectMany(overlay => overlay.Of<RabbitmqCluster>()).Select(one => one.Spec.Image)).Distinct())
        {
            // The host's own is built from the Dockerfile, and named by who deploys it.
            if (image != "ecommerce-shop")
                compose.ShouldContain(image.Split('@')[0]);
        }
    }

    [Fact]
    public void Prometheus_scrapes_every_page_under_the_name_of_its_job()
    {
        var jobs = new DeployFile("deploy/prometheus/prometheus.yml").Read()["scrape_configs"]!.AsArray()
            .ToDictionary(job => (string)job!["job_name"]!, job => (string?)job!["metrics_path"] ?? "/metrics");
        foreach (var overlay in Overlay.All)
        {
            foreach (var monitor in overlay.Of<PodMonitor>().Where(monitor => monitor.Metadata.Name != "rabbitmq"))
            {
                var ports = overlay.Of<V1Deployment>().Where(one => one.Spec.Template.Metadata.Labels[Name] == monitor.Spec.Selector.MatchLabels[Name]).ToList();
                ports.ShouldNotBeEmpty();
                foreach (var endpoint in monitor.Spec.PodMetricsEndpoints)
                {
                    ports.ShouldAllBe(one => PortsOf(one).ContainsKey(endpoint.Port));
                    var job = endpoint.Relabelings.ShouldHaveSingleItem();
                    (job.TargetLabel, jobs.GetValueOrDefault(job.Replacement)).ShouldBe(("job", endpoint.Path));
                }
            }

            overlay.Of<PodMonitor>().SelectMany(monitor => monitor.Spec.PodMetricsEndpoints).SelectMany(endpoint => endpoint.Relabelings).Select(label => label.Replacement)
                .ShouldBe(["ecommerce", "ecommerce-runtime", "krakend", .. overlay.Of<RabbitmqCluster>().Select(one => one.Metadata.Name)], ignoreOrder: true);
        }
    }

    [Fact]
    public void The_broker_is_a_cluster_that_goes_on_while_one_node_is_away()
    {
        Overlay.All.Where(overlay => overlay.Of<RabbitmqCluster>().Count > 0).ShouldBe([Overlay.Called("services")]);
        var broker = Overlay.Called("services").Of<RabbitmqCluster>().Single();
        broker.Spec.Replicas.ShouldBe(3);
        Readme.Text.ShouldContain($"create secret generic {broker.Spec.SecretBackend.ExternalSecret.Name} ");
        broker.Spec.Rabbitmq.AdditionalConfig.ShouldContain("default_queue_type = quorum");
        broker.Spec.Resources.Limits["memory"].ToString().ShouldBe(broker.Spec.Resources.Requests["memory"].ToString());
        broker.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution.Single().LabelSelector.MatchLabels[Name].ShouldBe(broker.Metadata.Name);
        foreach (var container in broker.Spec.Override.StatefulSet.Spec.Template.Spec.Containers.Concat(broker.Spec.Override.StatefulSet.Spec.Template.Spec.InitContainers))
            (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.Capabilities.Drop.Single()).ShouldBe((false, "ALL"), container.Name);
    }

    private static IEnumerable<(string, int)> PublicPorts(Overlay overlay) => overlay.Of<V1Service>()
        .Where(service => service.Spec.Selector is { } selector && selector.TryGetValue(Name, out var name) && name == "shop")
        .SelectMany(service => service.Spec.Ports.Where(port => port.TargetPort.Value == "public").Select(port => (service.Metadata.Name, port.Port)));

    private static IEnumerable<V1Deployment> Selected(Overlay overlay, IDictionary<string, string> labels) => overlay.Of<V1Deployment>()
        .Where(one => labels.All(label => one.Spec.Template.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));

    private static Dictionary<string, int> PortsOf(V1Deployment pods) =>
        pods.Spec.Template.Spec.Containers.SelectMany(one => one.Ports).ToDictionary(port => port.Name, port => port.ContainerPort);
}
