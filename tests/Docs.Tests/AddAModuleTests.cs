using System.Diagnostics;
using System.Text.RegularExpressions;
using Dapper;
using ECommerce.Audit;
using Npgsql;
using Xunit.Abstractions;

namespace ECommerce.Docs.Tests;

/// <summary>
/// Follows the section <i>Add a module</i> of CONTRIBUTING.md in a copy of the repository: makes a module of the template, loads it, builds it,
/// runs its tests and the architecture tests, and starts the host that was built.
/// </summary>
public sealed partial class AddAModuleTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("ec-module-");

    public void Dispose() => _copy.Delete(recursive: true);

    [Fact]
    [Trait("Category", "Running")]
    public async Task A_module_that_the_template_makes_is_built_tested_served_measured_and_audited()
    {
        CopyTree(Repository.Root, _copy.FullName);
        CompileOnlyWhatIsNew();
        foreach (var step in StepsOf(SectionOf(Page.Read("CONTRIBUTING.md"))))
        {
            if (step.File is { } file)
                AddToList(Path.Combine(_copy.FullName, file), step.Text);
            else
                await RunAsync(step.Text);
        }

        var database = await TestCluster.NewEmptyDatabaseAsync();
        await using (var host = HostProcess.StartBuild(
            Path.Combine(_copy.FullName, "src/Host/bin/Release/net10.0/ECommerce.Host.dll"), _copy.FullName, [], ("ConnectionStrings__ECommerce", database)))
        {
            await host.WaitUntilReadyAsync();
            var customer = await host.Given.ACustomerAsync();
            var answer = await host.PutAsync($"/api/reviews/{Guid.CreateVersion7()}", new { text = "Pours slowly." }, customer);

            answer.Status.ShouldBe(200, answer.Text);
            var metrics = await host.MetricsAsync();
            metrics["reviews_added_total"].ShouldBe(1);
            metrics["""http_requests_total{service="reviews-service",method="PUT",path="/api/reviews/:id",status="200"}"""].ShouldBe(1);
            (await host.GetAsync("/openapi/v1.json")).Text.ShouldContain("\"/api/reviews/{id}\"");
            (await host.TerminateAsync()).ShouldBe(0, host.Written);
        }

        (await FindingsAsync(database)).ShouldBeEmpty();
        await using (var connection = new NpgsqlConnection(database))
            await connection.ExecuteAsync(InsertDeadLetter);
        (await FindingsAsync(database)).ShouldBe(["reviews.review-added.v1 is a dead letter"]);
        await TestCluster.DropAsync(database);
    }

    private static async Task<IReadOnlyList<string>> FindingsAsync(string database) =>
        (await Facts.ReadAsync(database, TimeSpan.FromSeconds(5), CancellationToken.None)).Imbalances;

    /// <summary>The section, up to the next heading of its level.</summary>
    private static string SectionOf(string page)
    {
        var start = page.IndexOf("\n## Add a module\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, "CONTRIBUTING.md has no section 'Add a module'.");
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return page[start..end];
    }

    private static List<Step> StepsOf(string section)
    {
        var steps = Steps().Matches(section).Select(step => new Step(step.Groups["file"] is { Success: true, Value: var file } ? file : null, step.Groups["text"].Value)).ToList();
        steps.Count.ShouldBeGreaterThan(2, "The section has commands, and a line to add.");
        return steps;
    }

    /// <summary>Adds a line at the end of the one list of the file.</summary>
    private static void AddToList(string file, string line)
    {
        var source = File.ReadAllText(file);
        var end = source.IndexOf("    ];", StringComparison.Ordinal);
        end.ShouldBeGreaterThan(0, file);
        File.WriteAllText(file, source.Insert(end, $"        {line.Trim()}\n"));
    }

    private async Task RunAsync(string commands)
    {
        foreach (var command in commands.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var started = Stopwatch.GetTimestamp();
            using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"{AsItIsRunHere(command)} 2>&1"])
            {
                WorkingDirectory = _copy.FullName,
                RedirectStandardOutput = true,
                Environment = { ["Configuration"] = "Release" }, // as the output that is copied
            })!;
            var written = await shell.StandardOutput.ReadToEndAsync();
            await shell.WaitForExitAsync();
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {command}\n{written}");
            shell.ExitCode.ShouldBe(0, $"{command}\n{written}");
        }
    }

    // The sources of the shop, the host's list apart, are compiled and analysed already, and their output is in the copy.
    private void CompileOnlyWhatIsNew()
    {
        var properties = Path.Combine(_copy.FullName, "Directory.Build.props");
        File.WriteAllText(properties, File.ReadAllText(properties).Replace(
            "</Project>", "<PropertyGroup><RunAnalyzers>$(MSBuildProjectName.Contains('.Reviews'))</RunAnalyzers></PropertyGroup></Project>", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_copy.FullName, "NothingToCompile.targets"), """<Project><Target Name="CoreCompile" /></Project>""");
        File.WriteAllText(Path.Combine(_copy.FullName, "Directory.Build.targets"), """
            <Project>
              <Import Project="NothingToCompile.targets"
                      Condition="'$(MSBuildProjectName)' != 'ECommerce.Host' and Exists('$(MSBuildProjectDirectory)/$(IntermediateOutputPath)$(AssemblyName).dll')" />
            </Project>
            """);
    }

    // The user's own list of templates stays as it is.
    private string AsItIsRunHere(string command) => command switch
    {
        _ when command.StartsWith("dotnet new ", StringComparison.Ordinal) => $"{command} --debug:custom-hive '{_copy.FullName}/.templates'",
        _ when command.StartsWith("dotnet restore ", StringComparison.Ordinal) => $"{command} -p:NuGetAudit=false",
        _ when command.StartsWith("dotnet test ", StringComparison.Ordinal) => $"{command} --no-restore --nologo -p:NuGetAudit=false",
        _ => command,
    };

    private static void CopyTree(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from).Where(IsCopied))
            CopyTree(folder, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName);
    }

    // Of the output, that of the shop: tests and tools hold paths of the tree that they were compiled in.
    private static bool IsCopied(string folder) => Path.GetFileName(folder) switch
    {
        ".git" or ".data" or "TestResults" or "node_modules" => false,
        "bin" or "obj" => folder.StartsWith(Path.Combine(Repository.Root, "src"), StringComparison.Ordinal),
        "Debug" => Path.GetFileName(Path.GetDirectoryName(folder)) is not ("bin" or "obj"),
        _ => true,
    };

    /// <summary>What a reader does: types commands, or adds a line to a file.</summary>
    private sealed record Step(string? File, string Text);

    [GeneratedRegex(@"(<!-- line (?<file>[^ ]+) -->\s+)?```(sh|csharp)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();

    private const string InsertDeadLetter = """
        INSERT INTO reviews.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at, dead_at)
        VALUES (gen_random_uuid(), gen_random_uuid(), 'reviews.review-added.v1', '{}', now(), now(), now())
        """;
}
