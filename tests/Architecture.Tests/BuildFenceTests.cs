namespace ECommerce.Architecture.Tests;

/// <summary>Breaks the fence of <c>src/Modules/Directory.Build.targets</c> in a house of cards elsewhere.</summary>
public sealed class BuildFenceTests : IDisposable
{
    private readonly DirectoryInfo _house = Directory.CreateTempSubdirectory("ec-fence-");

    [Fact]
    public async Task A_module_that_references_another_module_does_not_build()
    {
        var (exitCode, output) = await BuildAsync("Orders/ECommerce.Orders", "Products/ECommerce.Products");

        exitCode.ShouldNotBe(0);
        output.ShouldContain("ECommerce.Orders references ECommerce.Products. A module may reference only another module's Contracts.");
    }

    [Fact]
    public async Task A_module_that_references_contracts_builds()
    {
        var (exitCode, output) = await BuildAsync("Orders/ECommerce.Orders", "Products.Contracts/ECommerce.Products.Contracts");

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task Contracts_that_reference_more_than_the_kernel_do_not_build()
    {
        var (exitCode, output) = await BuildAsync("Orders.Contracts/ECommerce.Orders.Contracts", "Products.Contracts/ECommerce.Products.Contracts");

        exitCode.ShouldNotBe(0);
        output.ShouldContain("Contracts may reference only ECommerce.Kernel.");
    }

    public void Dispose() => _house.Delete(recursive: true);

    private async Task<(int ExitCode, string Output)> BuildAsync(string project, string reference)
    {
        var modules = Path.Combine(_house.FullName, "src/Modules");
        var file = Path.Combine(modules, $"{project}.csproj");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, $"""
            <Project>
              <ItemGroup>
                <ProjectReference Include="{Path.Combine(modules, reference)}.csproj" />
              </ItemGroup>
              <Import Project="{Path.Combine(Solution.Sources, "Modules/Directory.Build.targets")}" />
            </Project>
            """);

        var (code, output, _) = await Subprocess.RunAsync("dotnet", "msbuild", file, "-t:KeepModulesApart", "-nologo", "-nodeReuse:false");
        return (code, output);
    }
}
