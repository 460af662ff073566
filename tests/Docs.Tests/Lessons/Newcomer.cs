using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests.Lessons;

/// <summary>
/// Somebody who has just cloned the repository and has two terminals at its root: one in which <c>make run</c> serves the shop, with a
/// PostgreSQL of its own, and one to type in. What they leave behind is left in a folder beside it.
/// </summary>
internal sealed partial class Newcomer : IAsyncDisposable
{
    // `make run` is this and a build; what it says on stdout goes to a file, as the lessons have it.
    private static readonly string[] ToAFile = ["bash", "-c", "exec \"$@\" > shop.log", "bash"];

    // The tools' targets of the Makefile are these and a build, too.
    private static readonly string Make = $$"""
        #!/usr/bin/env bash
        tool=$1
        exec dotnet "{{AppContext.BaseDirectory}}ECommerce.${tool^}.dll" ${2#ARGS=}
        """;

    // The ports of several hosts lie above that of the shop, and have to stay below those that the kernel gives to connections.
    private const int HighestPort = 32_000;

    private const string Programs = ".programs";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-lesson-");
    private readonly int _port = Enumerable.Range(0, 1000).Select(_ => Loopback.FreeAddress().Port).First(port => port < HighestPort);
    private readonly (string Variable, string? Value)[] _doors;

    private HostProcess? _shop;
    private Terminal? _terminal;

    public Newcomer()
    {
        _doors = [("Endpoints__Public", $"http://127.0.0.1:{_port}"), ("Endpoints__Management", $"http://127.0.0.1:{_port + 1}")];
        foreach (var entry in new DirectoryInfo(Repository.Root).EnumerateFileSystemInfos().Where(entry => entry.Name is not ("shop.log" or ".data" or ".git")))
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, entry.Name), entry.FullName);
        var make = Path.Combine(_folder.CreateSubdirectory(Programs).FullName, "make");
        File.WriteAllText(make, Make);
        File.SetUnixFileMode(make, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Types in one of the two terminals.</summary>
    /// <returns>What was said; nothing when it was <c>make run</c>, which returns when the shop is open.</returns>
    public async Task<string> TypeAsync(string typed)
    {
        if (typed.StartsWith("make run", StringComparison.Ordinal))
        {
            await ServeAsync(typed);
            return "";
        }

        _terminal ??= new(_shop!, _folder.FullName, ("PATH", $"{Path.Combine(_folder.FullName, Programs)}:{Environment.GetEnvironmentVariable("PATH")}"));
        return await _terminal.TypeAsync(typed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_terminal is not null)
            await _terminal.DisposeAsync();
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>In the first terminal the shop that is open ends by Ctrl-C before the next one starts.</summary>
    private async Task ServeAsync(string makeRun)
    {
        await CloseAsync();
        (string Variable, string? Value)[] settings =
        [
            // All as it comes, but for hashing slowly: that is for attackers, and a lesson's customer has nothing to lose.
            .. _doors, ("Shop__DemoData", null), ("ConnectionStrings__ECommerce", null), ("Passwords__Iterations", "10000"),
            .. Setting().Matches(makeRun).Select(setting => (setting.Groups["variable"].Value, (string?)setting.Groups["value"].Value)),
        ];
        if (!makeRun.Contains("TOPOLOGY=services", StringComparison.Ordinal))
        {
            _shop = HostProcess.Start(_folder.FullName, ToAFile, settings);
            await _shop.WaitUntilReadyAsync();
            return;
        }

        // The first host is ready before the balancer is; the runner says when all are.
        _shop = HostProcess.StartBuild(
            Path.Combine(AppContext.BaseDirectory, "ECommerce.Topologies.dll"), _folder.FullName,
            ["bash", "-c", $"exec \"$@\" --topology services --port {_port} > shop.log", "bash"], [.. settings, ("Endpoints__Management", $"http://127.0.0.1:{_port + 101}")]);
        await _shop.WaitUntilReadyAsync();
        await Eventually.TrueAsync(
            () => File.ReadAllText(Path.Combine(_folder.FullName, "shop.log")).Contains("Ctrl-C stops everything.", StringComparison.Ordinal), "the shop is open");
    }

    private async Task CloseAsync()
    {
        if (_shop is null)
            return;
        await _shop.SignalAsync("INT");
        (await _shop.WaitForExitAsync()).ShouldBe(0, _shop.Written);
        await _shop.DisposeAsync();
    }

    [GeneratedRegex(@"(?<variable>\w+__\w+)=(?<value>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
