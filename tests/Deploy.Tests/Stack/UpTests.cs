using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>
/// <c>make up</c> and <c>make down</c> in a copy of what they need. No engine is asked: <c>docker</c> is a stand-in that answers as the
/// real one does, and writes down what it was called with.
/// </summary>
public sealed class UpTests : IDisposable
{
    private const string Observe = "Without Docker, `make observe` runs what Debian has: Prometheus and Alertmanager, with the same rules and routes.\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-up-");

    public UpTests()
    {
        Repository.Copy(_folder.FullName, "Makefile", "build", "deploy/up.sh", "deploy/down.sh", "deploy/compose.sh", "deploy/env.sh", "deploy/krakend/fetch-keys.sh", ComposeFile.Path, ComposeFile.ShopOnMachine, ComposeFile.Example);
        Directory.CreateDirectory(PathOf("src"));
        // What the scripts call, and no docker.
        Directory.CreateDirectory(PathOf("bin"));
        foreach (var program in (string[])["make", "bash", "sh", "env", "dirname", "sed", "sort", "head", "mktemp", "tr", "mv", "rm", "cat", "grep", "mkdir", "chmod", "find", "git", "openssl"])
            File.CreateSymbolicLink(PathOf($"bin/{program}"), (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("up")]
    [InlineData("up", "HOST=local")]
    [InlineData("down")]
    public async Task Without_Docker_it_says_so_and_what_there_is_instead(params string[] words)
    {
        var (code, _, errors) = await MakeAsync(words);

        code.ShouldNotBe(0);
        errors.ShouldStartWith($"There is no docker command on this machine: https://docs.docker.com/engine/install/\n{Observe}");
        File.Exists(PathOf(".env")).ShouldBeFalse("nothing is begun");
    }

    [Theory]
    [InlineData("", "29.0.0", "Docker has no Compose plugin here; 2.20.0 or later is needed")]
    [InlineData("2.19.1", "29.0.0", "Docker Compose is 2.19.1; 2.20.0 or later is needed")]
    [InlineData("v2.9.0", "29.0.0", "Docker Compose is 2.9.0; 2.20.0 or later is needed")]
    [InlineData("5.1.4", "", "No Docker engine answers.")]
    public async Task It_says_what_exactly_is_missing(string compose, string engine, string sentence)
    {
        Docker(compose, engine);

        var (code, _, errors) = await MakeAsync("up");

        code.ShouldNotBe(0);
        errors.ShouldStartWith(sentence);
        errors.ShouldContain(Observe);
    }

    [Fact]
    public async Task It_makes_the_secrets_starts_everything_and_says_where_it_is_and_where_the_passwords_are()
    {
        Docker("v2.20.0", "29.0.0");

        var (code, output, errors) = await MakeAsync("up");

        (code, errors).ShouldBe((0, ""));
        Calls().ShouldBe(
            [
                "compose --env-file .env --file docker-compose.observability.yml config --quiet",
                "compose --env-file .env --file docker-compose.observability.yml up --detach --build --wait --wait-timeout 600 --remove-orphans",
                "compose --env-file .env --file docker-compose.observability.yml exec -T krakend sh -s",
            ]);
        output.ShouldContain(".secrets/Bootstrap__AdminPassword");
        output.ShouldContain(".secrets/grafana_admin_password");
        var published = ComposeFile.Services.Values.SelectMany(service => service.Ports).Select(port => port.Published);
        Regex.Matches(output, @"http://127\.0\.0\.1:(\d+)").Select(match => int.Parse(match.Groups[1].Value)).Except(published).ShouldBeEmpty();
        foreach (var secret in ComposeFile.ReadSecrets(PathOf(".secrets")))
            output.ShouldNotContain(secret.Value);
    }

    [Fact]
    public async Task With_a_host_for_each_module_it_adds_their_file_and_says_where_each_is()
    {
        Docker("v2.20.0", "29.0.0");

        var (code, output, errors) = await MakeAsync("up", "TOPOLOGY=services");

        (code, errors).ShouldBe((0, ""));
        const string files = "--file docker-compose.observability.yml --file deploy/compose.services.yml";
        Calls().ShouldBe(
            [
                $"compose --env-file .env {files} config --quiet",
                $"compose --env-file .env {files} up --detach --build --wait --wait-timeout 600 --remove-orphans",
                $"compose --env-file .env {files} exec -T krakend sh -s",
            ]);
        var published = ComposeServices.Services.Values.SelectMany(service => service.Ports).Select(port => port.Published).ToList();
        var told = Regex.Matches(output, @"http://127\.0\.0\.1:(\d+)").Select(match => int.Parse(match.Groups[1].Value)).ToList();
        told.Except(published).ShouldBeEmpty();
        told.ShouldContain(5280);
    }

    [Theory]
    [InlineData("TOPOLOGY is many: leave it out, or write TOPOLOGY=services.", "TOPOLOGY=many")]
    [InlineData("TOPOLOGY=services runs in containers only: leave HOST out.", "TOPOLOGY=services", "HOST=local")]
    public async Task Another_topology_is_refused(string sentence, params string[] words) =>
        (await MakeAsync(["up", .. words])).Errors.ShouldStartWith(sentence);

    [Theory]
    [InlineData("Debian GNU/Linux 12", "172.17.0.1")]
    [InlineData("Docker Desktop", "127.0.0.1")]
    public async Task With_the_shop_on_the_machine_it_starts_the_rest_and_then_the_shop_where_containers_reach_it(string system, string address)
    {
        Docker("2.40.3", "29.0.0", system);
        // Instead of building and running the host.
        File.AppendAllText(PathOf("Makefile"), "\nrun:\n\t@env\n");

        var (code, output, _) = await MakeAsync("up", "HOST=local");

        code.ShouldBe(0);
        Calls().ShouldContain("compose --env-file .env --file docker-compose.observability.yml --file deploy/compose.shop-on-machine.yml up --detach --build --wait --wait-timeout 600 --remove-orphans");
        var secrets = ComposeFile.ReadSecrets(PathOf(".secrets"));
        string[] settings =
        [
            $"Endpoints__Public=http://{address}:5080",
            $"Endpoints__Management=http://{address}:5081",
            $"Management__Hosts={ComposeFile.Services["shop"].Environment["Management__Hosts"]}",
            $"Endpoints__TrustedProxies={ComposeFile.Services["shop"].Environment["Endpoints__TrustedProxies"]}",
            $"ConnectionStrings__ECommerce=Host=127.0.0.1;Port=5432;Database=ecommerce;Username=shop;Password={secrets["shop_db_password"]}",
            "Bootstrap__AdminEmail=admin@shop.example",
            $"Secrets__Directory={PathOf(".secrets")}",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317",
        ];
        settings.Except(output.Split('\n')).ShouldBeEmpty();
        output.ShouldContain($"http://{address}:5080/docs");
    }

    [Fact]
    public async Task A_database_whose_passwords_are_lost_is_not_started_with_new_ones()
    {
        Docker("2.40.3", "29.0.0", hasVolume: true);

        var (code, _, errors) = await MakeAsync("up");

        code.ShouldNotBe(0);
        errors.ShouldContain("deploy/down.sh --volumes");
        File.Exists(PathOf(".env")).ShouldBeFalse();
    }

    [Fact]
    public async Task Down_keeps_the_data()
    {
        Docker("2.40.3", "29.0.0");

        (await MakeAsync("down")).Code.ShouldBe(0);

        Calls().ShouldBe([$"compose --project-name {ComposeFile.Root["name"]} down"]);
    }

    [Fact]
    public async Task Another_place_for_the_shop_is_refused() =>
        (await MakeAsync("up", "HOST=nowhere")).Errors.ShouldStartWith("HOST is nowhere: leave it out, or write HOST=local.");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Task<Subprocess.Result> MakeAsync(params string[] words) =>
        Subprocess.RunAsync(_folder.FullName, new Dictionary<string, string?> { ["PATH"] = PathOf("bin"), ["MAKEFLAGS"] = null, ["MAKELEVEL"] = null }, ["make", "--no-print-directory", .. words]);

    private IEnumerable<string> Calls() => File.ReadLines(PathOf("calls")).Where(call => Regex.IsMatch(call, "^compose .*(config|up|down|exec)"));

    private void Docker(string compose, string engine, string system = "Debian GNU/Linux 12", bool hasVolume = false)
    {
        File.WriteAllText(PathOf("bin/docker"), $"""
            #!/usr/bin/env bash
            echo "$*" >>'{PathOf("calls")}'
            case $* in
              'compose version --short') [ -n '{compose}' ] && echo '{compose}' ;;
              'version --format'*) [ -n '{engine}' ] && echo '{engine}' ;;
              'info --format'*) echo '{system}' ;;
              'network inspect bridge'*) echo 172.17.0.1 ;;
              'volume inspect ecommerce_postgres-data') {(hasVolume ? "true" : "false")} ;;
            esac
            """);
        File.SetUnixFileMode(PathOf("bin/docker"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
