using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>The Compose file with a host for each module holds together as the one with a single host does.</summary>
public sealed class ComposeServicesTests
{
    private static IEnumerable<Service> Services => ComposeServices.Services.Values;

    private static IEnumerable<Service> Added => Services.Where(service => !ComposeFile.Services.ContainsKey(service.Name));

    [Fact]
    public void The_shop_gives_way_to_a_host_for_each_module_and_a_broker() =>
        ComposeServices.Services.Keys.ShouldBe([.. ComposeFile.Services.Keys.Except(["shop"]), .. Host.ShopModules.Names, "rabbitmq"], ignoreOrder: true);

    [Fact]
    public void A_host_of_one_module_has_what_the_host_of_all_has()
    {
        var shop = ComposeFile.Services["shop"];
        string[] own = ["environment", "secrets", "ports", "depends_on", "volumes", "tmpfs"];
        string[] ownSettings = ["Management__Hosts", "Bootstrap__AdminEmail"];
        foreach (var host in ComposeServices.Hosts)
        {
            Rest(host, own).ShouldBe(Rest(shop, own), host.Name);
            host.Environment.Where(setting => !ownSettings.Contains(setting.Key) && !setting.Key.StartsWith("Modules__", StringComparison.Ordinal) && setting.Key != "Endpoints__Internal")
                .ShouldBe(shop.Environment.Where(setting => !ownSettings.Contains(setting.Key)), ignoreOrder: true, host.Name);
            host.DependsOn.ShouldBe([.. shop.DependsOn, new Service.Dependency("rabbitmq", "service_healthy", true)], ignoreOrder: true);
            new ManagementHosts([host.Environment["Management__Hosts"]]).Allow(new HostString($"{host.Name}:5081")).ShouldBeTrue();
            host.Strings("tmpfs").Select(mount => mount.Split(':')[0]).ShouldBe(["/tmp", host.Environment["Data__Directory"]], ignoreOrder: true);
        }

        static string Rest(Service service, string[] own) =>
            new JsonObject(service.Settings.Where(setting => !own.Contains(setting.Key)).OrderBy(setting => setting.Key, StringComparer.Ordinal)
                .Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone()))).ToJsonString();
    }

    [Fact]
    public void Only_the_host_of_Users_signs_tokens_and_every_host_has_its_own_connection_string()
    {
        foreach (var host in ComposeServices.Hosts)
        {
            string[] ofUsers = host.Name == "users" ? ["Bootstrap__AdminPassword", "Tokens__SigningKey"] : [];
            host.Secrets.Keys.ShouldBe(["ConnectionStrings__ECommerce", "Management__Key", "Contracts__SigningKey", "Broker__Address", .. ofUsers], ignoreOrder: true, host.Name);
            host.Secrets["ConnectionStrings__ECommerce"].ShouldBe($"{host.Name}_connection_string");
            host.Environment.ContainsKey("Bootstrap__AdminEmail").ShouldBe(host.Name == "users");
            new DeployFile("deploy/postgres/init-services.sql").Text.ShouldContain($"CREATE DATABASE {host.Name} OWNER shop_{host.Name};");
        }
    }

    [Fact]
    public void Whatever_a_service_calls_another_one_listens_there()
    {
        // The unit tests of the rules lie in the same folder; the addresses in their samples are called by nobody.
        var called = Services.SelectMany(Addresses.UsedBy).Where(address => !address.Where.Contains("/rules/tests/", StringComparison.Ordinal)).ToList();

        called.Where(address => !ComposeServices.Services.ContainsKey(address.Host)).ShouldBeEmpty("no service has that name");
        called.Where(address => !Addresses.ListenedOnBy(ComposeServices.Services[address.Host]).Contains(address.Port)).ShouldBeEmpty("nobody listens there");
    }

    [Theory]
    [InlineData("krakend", "users", 5080)]
    [InlineData("krakend", "products", 5080)]
    [InlineData("krakend", "orders", 5080)]
    [InlineData("orders", "users", 5082)]
    [InlineData("orders", "products", 5082)]
    [InlineData("orders", "rabbitmq", 5672)]
    [InlineData("orders", "postgres", 5432)]
    [InlineData("prometheus", "users", 5081)]
    [InlineData("prometheus", "products", 5081)]
    [InlineData("prometheus", "orders", 5081)]
    [InlineData("prometheus", "rabbitmq", 15692)]
    public void The_stack_is_wired(string caller, string host, int port) =>
        Addresses.UsedBy(ComposeServices.Services[caller]).ShouldContain(address => address.Host == host && address.Port == port);

    [Fact]
    public void The_gateway_and_Prometheus_read_other_files_in_the_same_places()
    {
        ComposeServices.Services["krakend"].Mounts.ShouldHaveSingleItem().ShouldBe(new("deploy/krakend/krakend.services.json", "/etc/krakend/krakend.json", true));
        foreach (var file in DeployFile.In("deploy/prometheus/targets-compose", "*.yml").Select(file => Path.GetFileName(file.Path)).Where(file => file != "ecommerce.yml"))
            new DeployFile($"deploy/prometheus/targets-services/{file}").Text.ShouldBe(new DeployFile($"deploy/prometheus/targets-compose/{file}").Text, file);
        ComposeServices.Services["prometheus"].Mounts.ShouldContain(mount => mount.Source == "deploy/prometheus/targets-services" && mount.Target == "/etc/prometheus/targets");
    }

    [Fact]
    public void Each_port_is_published_once_on_this_machine_alone_and_is_one_that_the_service_listens_on()
    {
        var ports = Services.SelectMany(service => service.Ports).ToList();

        ports.Select(port => port.Address).Distinct().ShouldBe(["127.0.0.1"]);
        ports.Select(port => port.Published).ShouldBeUnique();
        ports.Select(port => port.Inside).ShouldNotContain(5082, "the internal listener is for hosts");
        foreach (var service in Services)
            service.Ports.Select(port => port.Inside).Except(Addresses.ListenedOnBy(service)).ShouldBeEmpty(service.Name);
    }

    [Fact]
    public void Every_volume_and_secret_that_is_used_is_declared_and_every_mounted_file_is_there()
    {
        var (volumes, secrets) = (Declared("volumes"), Declared("secrets"));
        volumes.ShouldBe(
            [.. Services.SelectMany(service => service.Mounts).Where(mount => !mount.IsFile).Select(mount => mount.Source), "postgres-data", "shop-data"], ignoreOrder: true);
        secrets.ShouldBe([.. Services.SelectMany(service => service.Secrets.Values).Distinct(), "connection_string"], ignoreOrder: true);
        foreach (var (name, secret) in ComposeServices.Root["secrets"]!.AsObject())
            ((string?)secret!["file"]).ShouldBe($"./.secrets/{name}");
        foreach (var mount in Services.SelectMany(service => service.Mounts).Where(mount => mount.IsFile))
            Path.Exists(Path.Combine(Repository.Root, mount.Source)).ShouldBeTrue(mount.Source);

        var named = ComposeServices.Services["postgres"].Environment.Where(variable => variable.Key.EndsWith("_FILE", StringComparison.Ordinal))
            .Select(variable => variable.Value.Split("/run/secrets/")[^1]);
        ComposeServices.Services["postgres"].Secrets.Keys.ShouldBe(named, ignoreOrder: true);
        Services.SelectMany(service => service.Environment).Where(variable => Regex.IsMatch(variable.Key, "(PASS|PASSWORD|KEY)$", RegexOptions.IgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_added_is_pinned_bounded_asked_for_its_health_and_gains_no_rights()
    {
        foreach (var service in Added)
        {
            (service.Image is null || Regex.IsMatch(service.Image, @"^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w-]+)?(@sha256:[0-9a-f]{64})?$")).ShouldBeTrue($"{service.Image} needs the tag of one release");
            service.Healthcheck.ShouldNotBeNull(service.Name);
            service.Strings("cap_drop").ShouldBe(["ALL"], service.Name);
            service.Strings("cap_add").ShouldBeEmpty(service.Name);
            service.Strings("security_opt").ShouldBe(["no-new-privileges:true"], service.Name);
            service.Strings("networks").ShouldBe(["ecommerce"], service.Name);
            ((string?)service.Settings["restart"]).ShouldBe("unless-stopped", service.Name);
            service.Settings["logging"]?["options"]?["max-size"].ShouldNotBeNull(service.Name);
            service.Settings["deploy"]?["resources"]?["limits"]?["memory"].ShouldNotBeNull(service.Name);
            service.Settings["deploy"]?["resources"]?["limits"]?["cpus"].ShouldNotBeNull(service.Name);
        }

        // Nobody has made sure that RabbitMQ's image can be read-only; it does not run as root.
        Added.Where(service => (bool?)service.Settings["read_only"] != true).Select(service => service.Name).ShouldBe(["rabbitmq"]);
        ((string?)ComposeServices.Services["rabbitmq"].Settings["user"]).ShouldBe("rabbitmq");
        new DeployFile("deploy/rabbitmq/enabled_plugins").Text.ShouldBe("[rabbitmq_prometheus].\n");
    }

    [Fact]
    public void Whoever_waits_waits_for_what_is_started()
    {
        foreach (var (service, dependency) in Services.SelectMany(service => service.DependsOn, (service, dependency) => (service.Name, dependency)))
        {
            if (dependency.Required)
                ComposeServices.Services.ShouldContainKey(dependency.On, service);
            else
                dependency.On.ShouldBe("shop");
        }

        ComposeServices.Services["krakend"].DependsOn.Where(dependency => dependency.Required).Select(dependency => dependency.On)
            .ShouldBe([.. Host.ShopModules.Names, "otel-collector"], ignoreOrder: true);
    }

    private static IEnumerable<string> Declared(string kind) => ComposeServices.Root[kind]!.AsObject().Select(one => one.Key);
}
