using System.Text.RegularExpressions;
using ECommerce.Data;
using ECommerce.Deploy.Tests.Stack;
using k8s.Models;
using Observability.Health;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>The pods of hosts: what they may do, when they count as ready, how long they may take to stop.</summary>
public sealed class HostPodTests
{
    // The flush of telemetry, the last step of a stop that takes time.
    private const int FlushSeconds = 5;

    private static IEnumerable<(Overlay Overlay, V1Deployment Host)> Hosts => Overlay.All.SelectMany(overlay => overlay.Hosts.Values, (overlay, host) => (overlay, host));

    private static IEnumerable<V1Deployment> Pods => Overlay.All.SelectMany(overlay => overlay.Of<V1Deployment>());

    [Fact]
    public void No_pod_has_rights_that_it_does_not_need()
    {
        foreach (var pod in Pods.Select(deployment => deployment.Spec.Template.Spec))
        {
            pod.AutomountServiceAccountToken.ShouldBe(false);
            pod.EnableServiceLinks.ShouldBe(false, "a variable for each Service would be a setting that the host does not know");
            pod.SecurityContext.RunAsNonRoot.ShouldBe(true);
            pod.SecurityContext.RunAsUser.ShouldNotBeNull().ShouldBePositive();
            pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
            (pod.HostNetwork, pod.HostPID, pod.HostIPC).ShouldBe((null, null, null));
            var container = pod.Containers.ShouldHaveSingleItem().SecurityContext;
            container.AllowPrivilegeEscalation.ShouldBe(false);
            container.ReadOnlyRootFilesystem.ShouldBe(true);
            container.Capabilities.Drop.ShouldBe(["ALL"]);
            container.Capabilities.Add.ShouldBeNull();
            container.Privileged.ShouldBeNull();
            pod.Volumes.ShouldAllBe(volume => volume.HostPath == null);
        }
    }

    [Fact]
    public void A_pod_may_use_what_a_container_may_use_and_asks_for_less()
    {
        foreach (var (name, service) in ((string, string)[])[("shop", "shop"), ("krakend", "krakend")])
        {
            var limits = ComposeFile.Services[service].Settings["deploy"]!["resources"]!["limits"]!;
            foreach (var resources in Pods.SelectMany(deployment => deployment.Spec.Template.Spec.Containers).Where(one => one.Name == name).Select(one => one.Resources))
            {
                resources.Limits["cpu"].ToString().ShouldBe((string)limits["cpus"]!);
                resources.Limits["memory"].ToString().ShouldBe($"{(string)limits["memory"]!}i");
                foreach (var kind in (string[])["cpu", "memory"])
                    resources.Requests[kind].ToDecimal().ShouldBeLessThan(resources.Limits[kind].ToDecimal(), $"{name}: {kind}");
            }
        }
    }

    [Fact]
    public void Each_probe_is_the_one_of_that_name_at_the_management_listener()
    {
        var page = new DeployFile("docs/ARCHITECTURE.md").Text;
        foreach (var (overlay, host) in Hosts)
        {
            var container = host.Spec.Template.Spec.Containers.Single();
            foreach (var (probe, path) in ((V1Probe, string)[])[(container.StartupProbe, "/health/startup"), (container.LivenessProbe, "/health/live"), (container.ReadinessProbe, "/health/ready")])
            {
                probe.HttpGet.Path.ShouldBe(path, overlay.Name);
                page.ShouldContain($"| `{path}` |");
                probe.HttpGet.Port.Value.ShouldBe("management");
                probe.TimeoutSeconds.ShouldNotBeNull().ShouldBeGreaterThan((int)new HealthOptions().TimeoutSeconds, "the host answers first");
            }
        }
    }

    [Fact]
    public void A_start_may_take_as_long_as_the_host_gives_itself()
    {
        var database = new DatabaseOptions();
        foreach (var (_, host) in Hosts)
        {
            var startup = host.Spec.Template.Spec.Containers.Single().StartupProbe;
            var patience = startup.PeriodSeconds!.Value * startup.FailureThreshold!.Value;
            patience.ShouldBeGreaterThan((int)(database.StartTimeout + database.MigrationTimeout).TotalSeconds);
            host.Spec.ProgressDeadlineSeconds.ShouldNotBeNull().ShouldBeGreaterThan(patience);
        }
    }

    [Fact]
    public void A_stop_waits_until_nobody_calls_and_ends_before_the_pod_is_killed()
    {
        foreach (var (overlay, host) in Hosts)
        {
            var settings = overlay.SettingsOf(host);
            var (drain, timeout) = (TimeSpan.Parse(settings["Shutdown__DrainDelay"]).TotalSeconds, TimeSpan.Parse(settings["Shutdown__Timeout"]).TotalSeconds);
            var ready = host.Spec.Template.Spec.Containers.Single().ReadinessProbe;
            drain.ShouldBeGreaterThan(ready.PeriodSeconds!.Value * ready.FailureThreshold!.Value, "readiness has failed for all who ask");
            ((double)host.Spec.Template.Spec.TerminationGracePeriodSeconds!.Value).ShouldBeGreaterThan(drain + timeout + FlushSeconds);
        }
    }

    [Fact]
    public void The_gateway_stops_as_slowly_as_its_file_says()
    {
        foreach (var gateway in Overlay.All.Select(overlay => overlay.Gateway.Spec.Template.Spec))
        {
            var wait = int.Parse(((string)KrakendFile.Made.Read()["max_shutdown_wait_time"]!).TrimEnd('s'));
            gateway.TerminationGracePeriodSeconds.ShouldNotBeNull().ShouldBeGreaterThan(wait + gateway.Containers.Single().Lifecycle.PreStop.Sleep.Seconds);
        }
    }

    [Fact]
    public void The_disk_that_the_host_watches_is_not_too_small_for_it()
    {
        foreach (var (overlay, host) in Hosts)
        {
            var pod = host.Spec.Template.Spec;
            foreach (var path in (string[])["/tmp", overlay.SettingsOf(host)["Data__Directory"]])
            {
                var mount = pod.Containers.Single().VolumeMounts.Single(one => one.MountPath == path);
                var size = pod.Volumes.Single(one => one.Name == mount.Name).EmptyDir.SizeLimit.ToDecimal();
                decimal.Parse(overlay.SettingsOf(host)["Health__DiskDegradedBytes"]).ShouldBeLessThan(size / 2);
            }
        }
    }

    [Fact]
    public void Secrets_are_mounted_where_the_host_reads_them_and_none_is_in_the_tree()
    {
        foreach (var (overlay, host) in Hosts)
        {
            var pod = host.Spec.Template.Spec;
            var mount = pod.Containers.Single().VolumeMounts.Single(one => one.MountPath == "/run/secrets");
            mount.ReadOnlyProperty.ShouldBe(true);
            var sources = pod.Volumes.Single(one => one.Name == mount.Name).Projected.Sources.Select(source => source.Secret.Name);
            var own = overlay.Name == "services" ? host.Metadata.Name["shop-".Length..] : "shop";
            sources.ShouldBe(overlay.Name == "services" ? [own, "broker", "contracts"] : [own]);
        }

        Overlay.All.SelectMany(overlay => overlay.Trees).Where(tree => Kustomization.Kind(tree) == "Secret").ShouldBeEmpty();
        Overlay.All.SelectMany(overlay => overlay.Of<V1ConfigMap>()).SelectMany(map => map.Data.Keys)
            .Where(name => Regex.IsMatch(name, "Key$|Password$|^ConnectionStrings|^Broker"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_user_is_the_one_of_the_image_and_may_read_the_secrets()
    {
        const int appUserOfDotNetImages = 1654;
        foreach (var (_, host) in Hosts)
        {
            var pod = host.Spec.Template.Spec;
            (pod.SecurityContext.RunAsUser, pod.SecurityContext.FsGroup).ShouldBe((appUserOfDotNetImages, appUserOfDotNetImages));
            pod.Volumes.Single(one => one.Name == "secrets").Projected.DefaultMode.ShouldBe(Convert.ToInt32("440", 8));
        }

        new DeployFile("deploy/Dockerfile").Text.ShouldContain("USER $APP_UID");
    }
}
