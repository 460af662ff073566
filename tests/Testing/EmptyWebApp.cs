using System.Diagnostics;
using System.Text.Json;
using Shouldly;

namespace ECommerce.Testing;

/// <summary>
/// An empty web application in a folder of its own that references one package of this repository and nothing else. Its program is the first example of the
/// package's page. Nothing is fetched: the other packages are those that this repository has restored.
/// </summary>
public sealed class EmptyWebApp
{
    private const string Version = "1.0.0-test";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tills-");

    private string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>Packs projects of <c>src/Shared</c> as they were built with the tests, and builds an application that references the first one's package.</summary>
    /// <param name="package">The id of the first project's package.</param>
    /// <param name="projects">The names of the projects' folders: the first one, and those on which its package depends.</param>
    public static async Task<EmptyWebApp> BuildAsync(string package, params string[] projects)
    {
        ArgumentNullException.ThrowIfNull(projects);
        var app = new EmptyWebApp();
        try
        {
            foreach (var project in projects)
            {
                await DotnetAsync(Repository.Root,
                    "pack", SourceOf(project), "--no-build", "--configuration", Configuration(), "--output", app.Feed, $"-p:PackageVersion={Version}");
            }
            await app.BuildAsync(package, SourceOf(projects[0]));
            return app;
        }
        catch
        {
            app.Delete();
            throw;
        }
    }

    /// <summary>The file of a package.</summary>
    public string PackageFile(string package) => Path.Combine(Feed, $"{package}.{Version}.nupkg");

    /// <summary>Starts the application, whose process deletes the folder in the end.</summary>
    public Task<ServerProcess> StartAsync(params (string Name, string? Value)[] environment)
    {
        var address = Loopback.FreeAddress();
        return ServerProcess.StartAsync(_folder, address, "/health/ready", ["dotnet", "out/Tills.dll"], [("ASPNETCORE_URLS", address.ToString()), .. environment]);
    }

    /// <summary>Deletes the folder if no process has done so.</summary>
    public void Delete()
    {
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
    }

    private async Task BuildAsync(string package, string source)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Tills.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="[{Version}]" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Program.cs"), (await File.ReadAllTextAsync(Path.Combine(source, "README.md"))).Split("```csharp\n")[1].Split("```")[0]);
        // The packages go into a folder of their own, or the next run would find this one's.
        await DotnetAsync(_folder.FullName, "build", "--output", "out", "--nologo", "--verbosity", "quiet", "-p:NuGetAudit=false",
            $"-p:RestoreSources={Feed}", $"-p:RestorePackagesPath={Path.Combine(_folder.FullName, "packages")}", $"-p:RestoreFallbackFolders={RestoredPackages(source)}");
    }

    private static string SourceOf(string project) => Repository.PathOf($"src/Shared/{project}");

    // As the tests were built: bin/Release/net10.0.
    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string RestoredPackages(string source) =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(source, "obj/project.assets.json"))).GetProperty("packageFolders").EnumerateObject().First().Name;

    private static async Task DotnetAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"]) = ("1", "1");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        process.ExitCode.ShouldBe(0, $"dotnet {string.Join(' ', arguments)}\n{await output}{await errors}");
    }
}
