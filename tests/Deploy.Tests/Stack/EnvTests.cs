using System.Security.Cryptography;
using ECommerce.Host;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary><c>deploy/env.sh</c> makes the secrets.</summary>
public sealed class EnvTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-env-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_variable_gets_a_value_that_nobody_else_has_and_none_is_shown()
    {
        var (first, second) = (await MakeAsync("first"), await MakeAsync("second"));
        var example = ComposeFile.ReadVariables(Path.Combine(Repository.Root, ComposeFile.Example));

        ComposeFile.ReadVariables(PathOf("first/.env")).Keys.ShouldBe(example.Keys);
        first.Keys.ShouldBe(ComposeServices.Root["secrets"]!.AsObject().Select(secret => secret.Key), ignoreOrder: true);
        foreach (var (name, value) in first)
        {
            value.Length.ShouldBeGreaterThanOrEqualTo(32, name);
            value.ShouldNotBe(second[name], name);
        }
    }

    [Fact]
    public async Task The_signing_key_is_one_that_the_host_takes()
    {
        using var key = ECDsa.Create();
        var made = await MakeAsync("env");
        foreach (var name in (string[])["Tokens__SigningKey", "Contracts__SigningKey"])
        {
            key.ImportFromPem(made[name]);
            key.KeySize.ShouldBe(256, name);
        }
    }

    [Fact]
    public async Task Hosts_and_servers_are_given_the_same_passwords()
    {
        var made = await MakeAsync("env");

        foreach (var module in ShopModules.Names)
            made[$"{module}_connection_string"].ShouldBe($"Host=postgres;Database={module};Username=shop_{module};Password={made[$"{module}_db_password"]}");
        var broker = new Uri(made["Broker__Address"]);
        made["rabbitmq_conf"].ShouldBe($"default_user = {broker.UserInfo.Split(':')[0]}\ndefault_pass = {broker.UserInfo.Split(':')[1]}\ndefault_vhost = {broker.AbsolutePath[1..]}");
    }

    [Fact]
    public async Task Only_the_owner_gets_at_them_and_they_stay_as_they_are()
    {
        var made = await MakeAsync("env");
        File.GetUnixFileMode(PathOf("env/.env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // The users of the containers read the files, which are mounted one by one; nobody else comes through the folder.
        File.GetUnixFileMode(PathOf("env/.secrets")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(PathOf("env/.secrets")))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        (await MakeAsync("env")).ShouldBe(made);
        Directory.EnumerateFileSystemEntries(PathOf("env")).Select(Path.GetFileName).ShouldBe([".env", ".secrets"], ignoreOrder: true, "no draft is left");
    }

    [Fact]
    public async Task What_an_earlier_version_kept_in_the_environment_goes_on_and_leaves_it()
    {
        Directory.CreateDirectory(PathOf("old"));
        await File.WriteAllTextAsync(PathOf("old/.env"), "POSTGRES_PASSWORD=one\nSHOP_DB_PASSWORD=two\nEXPORTER_DB_PASSWORD=three\nSHOP_ADMIN_EMAIL=me@shop.example\nSHOP_ADMIN_PASSWORD=four\nSHOP_MANAGEMENT_KEY=five\nSHOP_SIGNING_KEY='six seven'\nGRAFANA_ADMIN_PASSWORD=eight\nTRACE_SAMPLE_PERCENT=10\n");

        var made = await MakeAsync("old");

        var earlier = ComposeFile.Root["secrets"]!.AsObject().Select(secret => secret.Key).ToHashSet();
        made.Where(secret => earlier.Contains(secret.Key)).ToDictionary().ShouldBe(
            new Dictionary<string, string>
            {
                ["postgres_password"] = "one",
                ["shop_db_password"] = "two",
                ["exporter_db_password"] = "three",
                ["connection_string"] = "Host=postgres;Database=ecommerce;Username=shop;Password=two",
                ["Bootstrap__AdminPassword"] = "four",
                ["Management__Key"] = "five",
                ["Tokens__SigningKey"] = "six seven",
                ["grafana_admin_password"] = "eight",
            },
            ignoreOrder: true);
        (await File.ReadAllTextAsync(PathOf("old/.env"))).ShouldBe("SHOP_ADMIN_EMAIL=me@shop.example\nTRACE_SAMPLE_PERCENT=10\n");
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<Dictionary<string, string>> MakeAsync(string name)
    {
        Directory.CreateDirectory(PathOf(name));
        var (code, output, errors) = await Subprocess.RunAsync("bash", "deploy/env.sh", PathOf($"{name}/.env"));
        (code, output, errors).ShouldBe((0, "", ""));
        return ComposeFile.ReadSecrets(PathOf($"{name}/.secrets"));
    }
}
