using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using ECommerce.Testing.Otlp;

namespace Observability.Tests;

/// <summary>
/// The package made of <c>src/Shared/Observability</c>, in an empty web application elsewhere that references nothing else. Packages come by
/// the machine's ordinary NuGet configuration, and those that this repository has restored are not fetched again.
/// </summary>
[Trait("Category", "Running")]
public sealed class PackageTests : IAsyncLifetime
{
    private const string Version = "1.0.0-test";

    private const string Project = $"""
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Observability" Version="[{Version}]" />
          </ItemGroup>
        </Project>
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Source = Path.Combine(Repository.Root, "src/Shared/Observability");

    // The first example of the package's own page: the program of `dotnet new web`, with two lines of set-up.
    private static readonly string Program = File.ReadAllText(Path.Combine(Source, "README.md")).Split("```csharp\n")[1].Split("```")[0];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tills-");

    private string Feed => Path.Combine(_folder.FullName, "feed");

    public Task InitializeAsync() => DotnetAsync(Repository.Root, "pack", Source, "--no-build", "--configuration", Configuration(), "--output", Feed, $"-p:PackageVersion={Version}");

    public Task DisposeAsync()
    {
        // The process of the application has deleted it with itself.
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_empty_web_application_with_two_more_lines_has_metrics_spans_and_log_lines()
    {
        ReadPackage(out var entries, out var nuspec);
        entries.ShouldContain("README.md");
        entries.ShouldContain("lib/net10.0/Observability.xml");
        nuspec["readme"].ShouldBe("README.md");
        nuspec["description"].ShouldContain("ASP.NET Core");

        await BuildAsync();
        await using var collector = await OtlpReceiver.StartAsync();
        var address = Loopback.FreeAddress();
        await using var app = await ServerProcess.StartAsync(
            _folder, address, "/health/ready", ["dotnet", "out/Tills.dll"], ("ASPNETCORE_URLS", address.ToString()), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc), ("OTEL_BSP_SCHEDULE_DELAY", "100"));

        var answer = await app.Client.GetAsync("/");

        var traceId = answer.Headers.GetValues("X-Trace-Id").Single();
        await Eventually.PassesAsync(async () =>
            (await app.Client.GetStringAsync("/metrics")).ShouldContain("""http_requests_total{service="Tills",method="GET",path="/",status="200"} 1"""));
        (await app.Client.GetStringAsync("/metrics/runtime")).ShouldContain("dotnet_gc_collections_total");
        var span = await Eventually.PassesAsync(() => collector.Spans.Single(span => span.TraceId == traceId));
        (span.Name, span.Kind, span.Resource["service.name"]).ShouldBe(("GET /", ActivityKind.Server, "Tills"));
        var line = await Eventually.PassesAsync(() => LinesOf(app).Single(line => line.GetProperty("trace_id").GetString() == traceId));
        (line.GetProperty("event").GetString(), line.GetProperty("category").GetString(), line.GetProperty("module").GetString())
            .ShouldBe(("request.completed", "Tills.Observability.HttpTelemetry", "Tills"));
    }

    private void ReadPackage(out List<string> entries, out Dictionary<string, string> nuspec)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"Observability.{Version}.nupkg"));
        entries = [.. package.Entries.Select(entry => entry.FullName)];
        using var text = package.GetEntry("Observability.nuspec")!.Open();
        nuspec = XDocument.Load(text).Descendants().Where(element => !element.HasElements).GroupBy(element => element.Name.LocalName)
            .ToDictionary(group => group.Key, group => group.First().Value);
    }

    private async Task BuildAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Tills.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Program.cs"), Program);
        // The package goes into a folder of its own, or the next run would find this one's. All others are where this repository has them.
        await DotnetAsync(_folder.FullName, "build", "--output", "out", "--nologo", "--verbosity", "quiet", "-p:NuGetAudit=false",
            $"-p:RestoreAdditionalProjectSources={Feed}", $"-p:RestorePackagesPath={Path.Combine(_folder.FullName, "packages")}", $"-p:RestoreFallbackFolders={RestoredPackages()}");
    }

    private static IEnumerable<JsonElement> LinesOf(ServerProcess app) =>
        from text in app.Written.Split('\n')
        where text.StartsWith('{')
        let line = JsonElement.Parse(text)
        where line.TryGetProperty("trace_id", out _)
        select line;

    // As these tests were built: bin/Release/net10.0.
    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string RestoredPackages() =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(Source, "obj/project.assets.json"))).GetProperty("packageFolders").EnumerateObject().First().Name;

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
