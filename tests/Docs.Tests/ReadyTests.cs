using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests;

/// <summary>What <c>make ready</c> finds. That it finds nothing missing in a good shop is in the lesson of week 8.</summary>
[Trait("Category", "Running")]
public sealed partial class ReadyTests
{
    /// <summary>Everything is wrong that settings and files can make wrong.</summary>
    [Fact]
    public async Task What_is_missing_is_named()
    {
        using var root = new Root();
        var key = Guid.NewGuid().ToString("N");
        var operators = Loopback.FreeAddress();
        root.Write("settings/Endpoints__Management", $"http://0.0.0.0:{operators.Port}"); // a file wins; the test calls the loopback
        await using var shop = HostProcess.Start(root.Path, ("Endpoints__Management", operators.ToString()), ("Secrets__Directory", Path.Combine(root.Path, "settings")),
            ("Management__Key", key), ("ConnectionStrings__ECommerce", null), ("Database__MaxPoolSize", "40"), ("Limits__BodyBytes", "10000000"));
        await shop.WaitUntilReadyAsync();
        root.Write("shop.log", $"the key is {key}");

        var (said, code) = await CheckAsync(root.Path, shop, key);

        Lines(said).Where(line => line.Mark == "missing").Select(line => line.Name)
            .ShouldBe(["management-address", "secrets-signals", "secrets-process", "faults", "body-limit", "connections"]);
        said.ShouldEndWith("Not ready: 6 missing.");
        code.ShouldBe(1);
        Lines(said).Select(line => line.Name).ShouldBe(ChecksOf(new Page("docs/readiness.md")));
    }

    /// <summary>No check holds because there was no answer.</summary>
    [Fact]
    public async Task Without_a_shop_nothing_is_ready()
    {
        using var root = new Root();
        root.Write("deploy/kubernetes/host/deployment.yaml", "      terminationGracePeriodSeconds: 30");
        root.Write("deploy/prometheus/rules/tickets.yml", "  - alert: NobodyKnowsWhatToDo\n  - alert: HostDown\n");

        var (said, code) = await CheckAsync(root.Path, null, "");

        Lines(said).ShouldAllBe(line => line.Mark == "missing");
        Lines(said).Select(line => line.Name).ShouldBe(ChecksOf(new Page("docs/readiness.md")));
        said.ShouldContain("missing  runbooks            NobodyKnowsWhatToDo\n");
        code.ShouldBe(1);
    }

    private static async Task<(string Said, int Code)> CheckAsync(string root, HostProcess? shop, string key)
    {
        var nobody = Loopback.FreeAddress().GetLeftPart(UriPartial.Authority);
        var start = new ProcessStartInfo("bash", [Path.Combine(root, "deploy/ready.sh")]) { RedirectStandardOutput = true, WorkingDirectory = root };
        foreach (var (name, value) in ((string, string)[])
            [
                ("SHOP", shop?.Public.BaseAddress!.GetLeftPart(UriPartial.Authority) ?? nobody), ("OPS", shop?.Management.BaseAddress!.GetLeftPart(UriPartial.Authority) ?? nobody),
                ("KEY", key), ("Data__Directory", Path.Combine(root, ".data")),
            ])
            start.Environment[name] = value;
        using var script = Process.Start(start)!;
        var said = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return (said.Trim(), script.ExitCode);
    }

    private static IEnumerable<(string Mark, string Name)> Lines(string said) =>
        Line().Matches(said).Select(line => (line.Groups["mark"].Value, line.Groups["name"].Value));

    private static IEnumerable<string> ChecksOf(Page page) => Row().Matches(page.Text).Select(row => row.Groups["name"].Value);

    [GeneratedRegex("^(?<mark>ok|missing) +(?<name>[a-z-]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex(@"^\| `(?<name>[a-z-]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    /// <summary>A repository with what the script reads, in which files can be others.</summary>
    private sealed class Root : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-ready-");

        public Root()
        {
            Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, "docs"), System.IO.Path.Combine(Repository.Root, "docs"));
            foreach (var file in (string[])["deploy/ready.sh", "deploy/kubernetes/host/deployment.yaml", "deploy/kubernetes/host/settings.env", "deploy/prometheus/rules/objectives.yml"])
                Write(file, Page.Read(file));
        }

        public string Path => _folder.FullName;

        public void Write(string file, string text)
        {
            var path = System.IO.Path.Combine(Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
