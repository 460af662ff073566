using System.Xml.Linq;

namespace ECommerce.Deploy.Tests;

/// <summary>What is restored is what the repository says, and a package with a known vulnerability is not.</summary>
public sealed class SupplyTests : IDisposable
{
    private static readonly Dictionary<string, string> Properties = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"))
        .Descendants("PropertyGroup").Elements().ToDictionary(property => property.Name.LocalName, property => property.Value);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-supply-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_package_that_no_lock_file_knows_is_not_restored()
    {
        Repository.Copy(_folder.FullName, "Directory.Build.props", "Directory.Packages.props", "global.json", "src/Shared/Kernel");
        var project = Path.Combine(_folder.FullName, "src/Shared/Kernel/ECommerce.Kernel.csproj");
        // Somebody slips a package in, and not into the lock file.
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace("</Project>", """<ItemGroup><PackageReference Include="Dapper" /></ItemGroup></Project>""", StringComparison.Ordinal));

        var (code, output, _) = await Subprocess.RunAsync(Path.GetDirectoryName(project)!, new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" }, "dotnet", "restore", "--nologo");

        code.ShouldNotBe(0);
        output.ShouldContain("NU1004");
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        var projects = ((string[])["src", "tests", "tools", "deploy"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)).ToList();

        projects.Count.ShouldBeGreaterThan(20);
        projects.ShouldAllBe(project => File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")));
        projects.ShouldAllBe(project => !File.ReadAllText(project).Contains("NuGetAudit") && !File.ReadAllText(project).Contains("RestoreLockedMode"));
    }

    [Fact]
    public void A_known_vulnerability_of_any_package_is_an_error_and_a_feed_without_advisories_is_none()
    {
        (Properties["NuGetAudit"], Properties["NuGetAuditMode"], Properties["NuGetAuditLevel"]).ShouldBe(("true", "all", "low"));
        Properties["TreatWarningsAsErrors"].ShouldBe("true");
        var harmless = Properties["WarningsNotAsErrors"].Split(';');
        harmless.ShouldContain("NU1900");
        harmless.ShouldContain("NU1905");
        foreach (var vulnerability in (string[])["NU1901", "NU1902", "NU1903", "NU1904"])
            (harmless.Contains(vulnerability) || Properties["NoWarn"].Contains(vulnerability)).ShouldBeFalse(vulnerability);
    }
}
