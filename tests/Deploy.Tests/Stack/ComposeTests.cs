using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>The compose file holds together, where no schema looks.</summary>
public sealed class ComposeTests
{
    /// <summary>The services of the stack; each test asks all of them.</summary>
    private static IEnumerable<Service> Services => ComposeFile.Services.Values;

    public static IEnumerable<object[]> MountedFiles => Services.SelectMany(service => service.Mounts, (service, mount) => (service.Name, mount))
        .Where(one => one.mount.IsFile).Select(one => (object[])[one.Name, one.mount.Source]);

    [SchemaFact(Schema.Compose)]
    public void Compose_accepts_the_files()
    {
        Schema.Of(Schema.Compose).Complaints(ComposeFile.Root).ShouldBeEmpty();
        Schema.Of(Schema.Compose).Complaints(new DeployFile(ComposeFile.ShopOnMachine).Read()).ShouldBeEmpty();
        Schema.Of(Schema.Compose).Complaints(new DeployFile(ComposeFile.PerModule).Read()).ShouldBeEmpty();
        Schema.Of(Schema.Compose).Complaints(ComposeServices.Root).ShouldBeEmpty();
    }

    [ComposePluginFact]
    public async Task Compose_itself_reads_the_files()
    {
        var folder = Directory.CreateTempSubdirectory("ec-compose-");
        var secrets = Path.Combine(folder.FullName, ".env");
        try
        {
            (await Subprocess.RunAsync("bash", "deploy/env.sh", secrets)).Code.ShouldBe(0);
            foreach (var files in (string[][])[["--file", ComposeFile.Path], ["--file", ComposeFile.Path, "--file", ComposeFile.ShopOnMachine], ["--file", ComposeFile.Path, "--file", ComposeFile.PerModule]])
            {
                var (code, output, errors) = await Subprocess.RunAsync(["docker", "compose", "--env-file", secrets, .. files, "config", "--quiet"]);
                (code, output, errors).ShouldBe((0, "", ""));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_services_are_those_that_the_other_files_speak_of() =>
        ComposeFile.Services.Keys.ShouldBe(
            [
                "shop", "postgres", "postgres-exporter", "krakend", "otel-collector", "jaeger", "loki", "prometheus", "alertmanager", "alert-sink", "grafana",
            ],
            ignoreOrder: true);

    [Fact]
    public void A_service_waits_only_for_what_exists_and_for_health_only_where_health_is_asked_for()
    {
        foreach (var (service, dependency) in Services.SelectMany(service => service.DependsOn, (service, dependency) => (service.Name, dependency)))
        {
            ComposeFile.Services.ShouldContainKey(dependency.On, service);
            if (dependency.Condition == "service_healthy")
                ComposeFile.Services[dependency.On].Healthcheck.ShouldNotBeNull($"{service} waits for the health of {dependency.On}");
            else
                dependency.Condition.ShouldBe("service_started", service);
        }
    }

    [Fact]
    public void Nothing_waits_for_itself_however_long_the_way()
    {
        foreach (var service in Services)
            Follow(service.Name, []);

        static void Follow(string service, string[] before)
        {
            before.ShouldNotContain(service, $"{string.Join(" waits for ", before)} waits for {service}");
            foreach (var dependency in ComposeFile.Services[service].DependsOn)
                Follow(dependency.On, [.. before, service]);
        }
    }

    [Fact]
    public void Every_network_and_volume_that_is_used_is_declared_and_every_declared_one_is_used()
    {
        Declared("networks").ShouldBe(Services.SelectMany(service => service.Strings("networks")).Distinct(), ignoreOrder: true);
        Declared("volumes").ShouldBe(Services.SelectMany(service => service.Mounts).Where(mount => !mount.IsFile).Select(mount => mount.Source), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(MountedFiles))]
    public void Every_mounted_file_and_folder_exists(string service, string path) =>
        Path.Exists(Path.Combine(Repository.Root, path)).ShouldBeTrue($"{service} mounts {path}");

    [Fact]
    public void Every_file_that_a_command_names_is_mounted()
    {
        foreach (var service in Services)
        {
            foreach (var path in service.Command.SelectMany(word => Regex.Matches(word, "/etc/.*")).Select(match => match.Value))
                service.Mounts.Select(mount => mount.Target).ShouldContain(path, service.Name);
        }
    }

    [Fact]
    public void What_a_mounted_file_looks_for_is_mounted_too()
    {
        var prometheus = new DeployFile("deploy/prometheus/prometheus.yml").Read();
        var looksFor = prometheus["rule_files"]!.AsArray().Select(file => (string)file!)
            .Concat(Regex.Matches(prometheus.ToJsonString(), @"""files"":\[""(.*?)""").Select(match => match.Groups[1].Value))
            .Select(file => $"/etc/prometheus/{Path.GetDirectoryName(file)}");
        looksFor.Distinct().Except(ComposeFile.Services["prometheus"].Mounts.Select(mount => mount.Target)).ShouldBeEmpty();

        var dashboards = DeployFile.In("deploy/grafana/provisioning/dashboards", "*.y*ml").SelectMany(file => file.Read()["providers"]!.AsArray());
        dashboards.Select(provider => (string)provider!["options"]!["path"]!).ShouldBe(
            ComposeFile.Services["grafana"].Mounts.Where(mount => mount.Source == "deploy/grafana/dashboards").Select(mount => mount.Target));
    }

    [Fact]
    public void Each_port_is_published_once_and_on_this_machine_alone()
    {
        var ports = Services.SelectMany(service => service.Ports).ToList();

        ports.Select(port => port.Address).Distinct().ShouldBe(["127.0.0.1"]);
        ports.Select(port => port.Published).ShouldBeUnique();
    }

    [Fact]
    public void Every_image_is_pinned()
    {
        var bases = Dockerfile.Stages.Select(stage => stage.Base).Except(Dockerfile.Stages.Select(stage => stage.Name));
        foreach (var image in Services.Select(service => service.Image).OfType<string>().Concat(bases))
            image.ShouldMatch(@"^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w-]+)?(@sha256:[0-9a-f]{64})?$", "an image needs the tag of one release; deploy/pin.sh adds the digest");

        foreach (var service in Services)
            (service.Image is null).ShouldBe(service.Stage is not null, $"{service.Name} has an image or is built");
    }

    [Fact]
    public void Every_service_is_asked_for_its_health_or_says_why_not()
    {
        foreach (var service in Services)
            (service.Healthcheck is null).ShouldBe(((string?)service.Settings["x-no-healthcheck"])?.Length > 20, service.Name);
    }

    [Fact]
    public void Every_container_is_bounded_and_restarted_and_gains_no_rights()
    {
        foreach (var service in Services)
        {
            service.Strings("cap_drop").ShouldBe(["ALL"], service.Name);
            service.Strings("security_opt").ShouldBe(["no-new-privileges:true"], service.Name);
            service.Strings("networks").ShouldBe(["ecommerce"], service.Name);
            ((string?)service.Settings["restart"]).ShouldBe("unless-stopped", service.Name);
            // Another driver than json-file keeps a copy for `docker compose logs`.
            var kept = (string?)service.Settings["logging"]?["driver"] == "json-file" ? "max" : "cache-max";
            service.Settings["logging"]?["options"]?[$"{kept}-size"].ShouldNotBeNull(service.Name);
            service.Settings["logging"]?["options"]?[$"{kept}-file"].ShouldNotBeNull(service.Name);
            service.Settings["deploy"]?["resources"]?["limits"]?["cpus"].ShouldNotBeNull(service.Name);
            service.Settings["deploy"]?["resources"]?["limits"]?["memory"].ShouldNotBeNull(service.Name);
            service.Settings.ContainsKey("privileged").ShouldBeFalse(service.Name);
            service.Settings.ContainsKey("network_mode").ShouldBeFalse(service.Name);
        }

        // One begins as root and needs some rights to stop being it; two write where nobody has made sure that a read-only image allows it.
        Services.Where(service => service.Strings("cap_add").Any()).Select(service => service.Name).ShouldBe(["postgres"]);
        Services.Where(service => (bool?)service.Settings["read_only"] != true).Select(service => service.Name).ShouldBe(["postgres", "grafana"], ignoreOrder: true);
    }

    [Fact]
    public void What_is_written_lies_in_a_volume()
    {
        Writes("prometheus", ComposeFile.Services["prometheus"].Command.Select(word => word.Split('=')).Single(word => word[0] == "--storage.tsdb.path")[1]);
        Writes("alertmanager", ComposeFile.Services["alertmanager"].Command.Select(word => word.Split('=')).Single(word => word[0] == "--storage.path")[1]);
        Writes("shop", ComposeFile.Services["shop"].Environment["Data__Directory"]);
        Writes("postgres", "/var/lib/postgresql");
        Writes("grafana", "/var/lib/grafana");
        var loki = new DeployFile("deploy/loki/config.yaml").Read();
        Writes("loki", (string)loki["common"]!["path_prefix"]!);
        Writes("loki", (string)loki["common"]!["storage"]!["filesystem"]!["chunks_directory"]!);
        Writes("loki", (string)loki["compactor"]!["working_directory"]!);

        static void Writes(string service, string path) => ComposeFile.Services[service].Mounts.Where(mount => !mount.IsFile)
            .ShouldContain(mount => path == mount.Target || path.StartsWith($"{mount.Target}/", StringComparison.Ordinal), $"{service} writes to {path}");
    }

    [Fact]
    public void The_variables_are_those_of_the_example_and_no_secret_has_a_default()
    {
        var example = ComposeFile.ReadVariables(Path.Combine(Repository.Root, ComposeFile.Example));
        ComposeFile.Variables.Select(variable => variable.Name).Distinct().ShouldBe(example.Keys, ignoreOrder: true);

        example.Keys.Where(IsSecret).ShouldBeEmpty("a secret is a file");
    }

    [Fact]
    public void No_secret_stands_in_the_file_or_in_an_environment() =>
        Services.SelectMany(service => service.Environment)
            .Where(variable => IsSecret(variable.Key) || variable.Value.Contains("Password=", StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty();

    [Fact]
    public void Every_secret_is_a_file_of_the_private_folder_that_some_container_reads()
    {
        var declared = ComposeFile.Root["secrets"]!.AsObject();
        foreach (var (name, secret) in declared)
            ((string?)secret!["file"]).ShouldBe($"./.secrets/{name}");
        Services.SelectMany(service => service.Secrets.Values).Distinct().ShouldBe(declared.Select(secret => secret.Key), ignoreOrder: true);

        foreach (var service in Services)
        {
            // What a variable names is there, and what is there is named: by a variable, or as a setting of the host.
            var named = service.Environment.Where(variable => variable.Key.EndsWith("_FILE", StringComparison.Ordinal)).Select(variable => variable.Value.Split("/run/secrets/")[^1]);
            var settings = service.Name == "shop" ? service.Secrets.Keys : [];
            service.Secrets.Keys.ShouldBe(named.Concat(settings).Distinct(), ignoreOrder: true, service.Name);
        }

        ComposeFile.Services["shop"].Secrets.Keys.ShouldBe(["ConnectionStrings__ECommerce", "Bootstrap__AdminPassword", "Management__Key", "Tokens__SigningKey"], ignoreOrder: true);
    }

    [Fact]
    public void Whoever_calls_the_shop_finds_it_on_the_machine_too()
    {
        var services = new DeployFile(ComposeFile.ShopOnMachine).Read()["services"]!.AsObject();

        services["shop"]!["profiles"].ShouldNotBeNull("the container stays away");
        var callers = Services.Where(service => service.Name != "shop" && Addresses.UsedBy(service).Any(address => address.Host == "shop")).Select(service => service.Name).ToList();
        callers.Except(services.Select(service => service.Key)).ShouldBeEmpty("these call the shop");
        foreach (var (name, service) in services.Where(service => service.Key != "shop"))
        {
            ComposeFile.Services.ShouldContainKey(name);
            ((string?)service!["extra_hosts"]!.AsArray().ShouldHaveSingleItem()).ShouldBe("shop:host-gateway");
        }

        Services.SelectMany(service => service.DependsOn).Where(dependency => dependency.On == "shop").ShouldAllBe(dependency => !dependency.Required);
    }

    private static bool IsSecret(string variable) => Regex.IsMatch(variable, "(PASS|PASSWORD|KEY)$", RegexOptions.IgnoreCase);

    private static IEnumerable<string> Declared(string kind) => ComposeFile.Root[kind]!.AsObject().Select(one => one.Key);
}
