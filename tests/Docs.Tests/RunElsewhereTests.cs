using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests;

/// <summary>What docs/run-elsewhere.md says of starting the host without make. No host opens here: each is refused for its settings.</summary>
public sealed partial class RunElsewhereTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-elsewhere-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Settings_are_read_beside_the_program_and_not_in_the_working_directory()
    {
        var app = _folder.CreateSubdirectory("app").FullName;
        var here = _folder.CreateSubdirectory("here").FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(app, Path.GetFileName(file)));
        await File.WriteAllTextAsync(Path.Combine(here, "appsettings.json"), """{ "Limits": { "Burst": "from the working directory" } }""");
        await File.WriteAllTextAsync(Path.Combine(app, "appsettings.json"), """{ "Noise": { "Burst": "from beside the program" } }""");
        await File.WriteAllTextAsync(Path.Combine(app, "appsettings.Development.json"), """{ "Health": { "CacheSeconds": "of the environment" } }""");

        var host = HostProcess.StartBuild(Path.Combine(app, "ECommerce.Host.dll"), here, [], ("Limits__BodyBytes", "of a variable"));

        await using (host)
        {
            (await host.WaitForExitAsync()).ShouldBe(1);
            host.Written.ShouldContain("Noise__Burst: 'from beside the program'");
            host.Written.ShouldContain("Health__CacheSeconds: 'of the environment'");
            host.Written.ShouldContain("Limits__BodyBytes: 'of a variable'");
            host.Written.ShouldNotContain("from the working directory");
        }
    }

    [Fact]
    public async Task Everything_that_Production_requires_is_on_the_page()
    {
        var page = Page.Read("docs/run-elsewhere.md");

        await using var host = HostProcess.Start(
            _folder.FullName, ("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "Production"), ("Logging__File", "no/such/folder/shop.log"));

        (await host.WaitForExitAsync()).ShouldBe(1);
        var required = Required().Matches(host.Written).Select(match => match.Groups["name"].Value).ToList();
        required.Count.ShouldBe(4, host.Written);
        required.ShouldAllBe(name => page.Contains($"`{name}`", StringComparison.Ordinal));
        host.Written.ShouldContain("Logging__File: cannot be written: ");
    }

    [GeneratedRegex("- (?<name>[A-Za-z]+__[A-Za-z]+) is required outside Development", RegexOptions.ExplicitCapture)]
    private static partial Regex Required();
}
