using System.Security.Cryptography;
using System.Text;
using ECommerce.Host;
using ECommerce.Testing;
using Observability.Settings;

namespace ECommerce.Incidents.Releases;

/// <summary>
/// Makes another build of the host: the same programs, a module of which is compiled from its sources with a patch on them. Version and commit
/// differ, as those of a release do. It takes a few seconds, because nothing else is compiled.
/// </summary>
internal static class ReleaseBuild
{
    private const string Program = "ECommerce.Host.dll";

    /// <summary>Makes a build. The files of an earlier one in that folder are overwritten.</summary>
    /// <param name="folder">The folder of the build.</param>
    /// <param name="patch">The text of a patch on one module; empty for a build without changes.</param>
    /// <param name="version">The version that the build says it has.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="InvalidDataException">The patch does not fit the sources, or they do not compile.</exception>
    public static async Task MakeAsync(DirectoryInfo folder, string patch, string version, CancellationToken ct)
    {
        CopyPrograms(folder);
        if (patch.Length > 0)
            await CompileModuleAsync(folder, UnifiedDiff.Parse(patch), ct);
        await StampAsync(Path.Combine(folder.FullName, Program), version, patch, ct);
    }

    private static void CopyPrograms(DirectoryInfo folder)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) is not (".dll" or ".json" or ".so" or ".pdb"))
                continue;
            var copy = Path.Combine(folder.FullName, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static async Task CompileModuleAsync(DirectoryInfo folder, UnifiedDiff diff, CancellationToken ct)
    {
        var module = diff.Files.Select(file => string.Join('/', file.Split('/')[..3])).Distinct().Single(); // src/Modules/Orders
        var name = $"ECommerce.{Path.GetFileName(module)}";
        var work = Directory.CreateTempSubdirectory("ec-release-");
        try
        {
            var sources = Path.Combine(work.FullName, module);
            Copy(Repository.PathOf(module), sources);
            await diff.ApplyAsync(work.FullName, ct);
            await File.WriteAllTextAsync(Path.Combine(sources, "Directory.Build.props"), Properties(work.FullName), ct);
            await File.WriteAllTextAsync(Path.Combine(sources, "Directory.Build.targets"), Targets(folder.FullName, name), ct);
            var output = Path.Combine(work.FullName, "output");
            var made = await Subprocess.RunAsync(sources, new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" },
                ["dotnet", "build", Path.Combine(sources, $"{name}.csproj"), "--configuration", "Release", "--output", output, "--nologo", "--verbosity", "quiet",
                    "-p:UseSharedCompilation=false"]);
            if (made.Code != 0)
                throw new InvalidDataException($"A release does not compile.\n{made.Output}{made.Errors}");
            foreach (var file in (string[])[$"{name}.dll", $"{name}.pdb"])
                File.Copy(Path.Combine(output, file), Path.Combine(folder.FullName, file), overwrite: true);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(from, file);
            // Compiled files of this build would be taken for those of the other.
            if (path.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj" or "packages.lock.json")
                continue;
            var copy = Path.Combine(to, path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // The module's own project, with the compiled programs in the place of its references, so that nothing is restored or built besides. Stack
    // traces name the files of the repository, as those of every build do.
    private static string Properties(string work) => $"""
        <Project>
          <Import Project="{Repository.PathOf("Directory.Build.props")}" />
          <PropertyGroup>
            <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
            <RunAnalyzers>false</RunAnalyzers>
            <GenerateDocumentationFile>false</GenerateDocumentationFile>
            <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
            <RestoreLockedMode>false</RestoreLockedMode>
            <NuGetAudit>false</NuGetAudit>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
            <EnableSourceControlManagerQueries>false</EnableSourceControlManagerQueries>
            <PathMap>{work}={Repository.Root}</PathMap>
          </PropertyGroup>
        </Project>
        """;

    private static string Targets(string programs, string name) => $"""
        <Project>
          <Import Project="{Repository.PathOf("src/Modules/Directory.Build.targets")}" />
          <ItemGroup>
            <ProjectReference Remove="@(ProjectReference)" />
            <PackageReference Remove="@(PackageReference)" />
            <Reference Include="{programs}/*.dll" Exclude="{programs}/{name}.dll" Private="false" />
          </ItemGroup>
        </Project>
        """;

    // The compiler wrote "0.1.0+commit" into the program as an attribute, whose length must stay: a longer version leaves fewer digits of the commit.
    private static async Task StampAsync(string program, string version, string patch, CancellationToken ct)
    {
        var bytes = await File.ReadAllBytesAsync(program, ct);
        var (own, digits) = (BuildInfo.Of(typeof(ShopModules).Assembly), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version} {patch}"))));
        var before = Encoding.ASCII.GetBytes($"{own.Version}+{own.Commit}");
        var after = Encoding.ASCII.GetBytes($"{version}+{digits}"[..before.Length]);
        var at = bytes.AsSpan().IndexOf(before);
        if (at < 0)
            throw new InvalidDataException($"{Program} does not say its version and commit, because it was built outside of a repository.");
        after.CopyTo(bytes, at);
        await File.WriteAllBytesAsync(program, bytes, ct);
    }
}
