using System.Diagnostics;
using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Docs.Tests;

/// <summary>What docs/profiling.md tells an operator to type answers.</summary>
public sealed partial class ProfilingPageTests(DemoShop shop) : IClassFixture<DemoShop>
{
    [Fact]
    public async Task The_calls_of_the_page_answer()
    {
        var calls = Call().Matches(new Page("docs/profiling.md").Text);
        calls.Count.ShouldBe(4);
        var folder = Directory.CreateTempSubdirectory("ec-docs-");
        try
        {
            var said = await TypeAsync(string.Concat(calls.Select(call => call.Groups["typed"].Value)), folder.FullName);

            new PprofProfile(await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "shop.pb.gz"))).ValueTypes.ShouldContain(("cpu", "nanoseconds"));
            (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "shop.speedscope.json"))).ShouldContain("speedscope.app/file-format-schema.json");
            foreach (var member in (string[])["\"types\":", "\"heapByGeneration\":", "\"managedBytesAfter\":"])
                said.ShouldContain(member);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> TypeAsync(string calls, string folder)
    {
        var script = calls
            .Replace("http://127.0.0.1:5081", shop.Management.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("seconds=10", "seconds=1", StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
            Environment = { ["KEY"] = shop.ManagementKey },
        })!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        bash.ExitCode.ShouldBe(0, said);
        return said;
    }

    [GeneratedRegex("<!-- call -->\n```sh\n(?<typed>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();
}
