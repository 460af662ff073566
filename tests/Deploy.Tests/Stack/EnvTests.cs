using System.Security.Cryptography;
using ECommerce.Testing;

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

        first.Keys.ShouldBe(example.Keys);
        foreach (var (name, value) in example.Where(variable => variable.Key != "REVISION"))
        {
            first[name].ShouldNotBeEmpty(name);
            (first[name] == second[name]).ShouldBe(value.Length > 0, name);
        }
    }

    [Fact]
    public async Task The_signing_key_is_one_that_the_host_takes()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem((await MakeAsync("env"))["SHOP_SIGNING_KEY"]);

        key.KeySize.ShouldBe(256);
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_file_and_it_stays_as_it_is()
    {
        var made = await MakeAsync("env");
        File.GetUnixFileMode(PathOf("env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await MakeAsync("env")).ShouldBe(made);
        _folder.GetFiles().ShouldHaveSingleItem("no draft is left");
    }

    [Fact]
    public async Task A_shell_and_Compose_read_the_same_from_it()
    {
        var made = await MakeAsync("env");
        foreach (var (name, value) in made)
            (await Shell.RunAsync("/", new Dictionary<string, string?>(), "sh", "-c", $". {PathOf("env")}; printf %s \"${name}\"")).Output.ShouldBe(value);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<Dictionary<string, string>> MakeAsync(string name)
    {
        var (code, output, errors) = await Shell.RunAsync(Repository.Root, new Dictionary<string, string?>(), "bash", "deploy/env.sh", PathOf(name));
        (code, output, errors).ShouldBe((0, "", ""));
        return ComposeFile.ReadVariables(PathOf(name));
    }
}
