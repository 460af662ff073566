using System.Text.Json;
using Xunit.Sdk;

namespace ECommerce.Tools.Tests;

/// <summary>One of the command-line programs, as a process of its own in a folder for temporary files of its own.</summary>
internal sealed class Tool : IAsyncDisposable
{
    /// <summary>The programs, by the target of the Makefile that runs each.</summary>
    public static readonly IReadOnlyDictionary<string, string> Programs = new Dictionary<string, string>
    {
        ["bench"] = "ECommerce.Benchmarks.dll",
        ["traffic"] = "ECommerce.Traffic.dll",
        ["storm"] = "ECommerce.Storm.dll",
        ["fuzz"] = "ECommerce.Fuzz.dll",
        ["siege"] = "ECommerce.Siege.dll",
        ["run"] = "ECommerce.Topologies.dll",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-tool-");
    private readonly ChildProcess _process;

    private Tool(string target, Func<Tool, string[]> arguments, string? path, params (string Name, string? Value)[] environment)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.FullName, File.GetUnixFileMode(_folder.FullName) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        // A background job of a script ignores Ctrl-C, and would hand that on.
        string[] env = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : ["env"];
        string[] command = [.. env, "dotnet", Path.Combine(AppContext.BaseDirectory, Programs[target]), .. arguments(this)];
        var programs = Environment.GetEnvironmentVariable("PATH");
        _process = ChildProcess.Start(command, null,
            [("TMPDIR", _folder.FullName), ("ConnectionStrings__ECommerce", null), ("PATH", path is null ? programs : $"{path}:{programs}"), .. environment]);
    }

    public bool HasExited => _process.HasExited;

    public string Output => string.Join('\n', _process.Output);

    public string Error => string.Join('\n', _process.Errors);

    /// <summary>The report that it wrote, where its arguments named a file for one.</summary>
    public JsonElement Report => JsonElement.Parse(File.ReadAllBytes(ReportFile));

    private string ReportFile => Path.Combine(_folder.FullName, "report.json");

    /// <summary>What is left in its folder for temporary files.</summary>
    public IEnumerable<string> Left => Directory.EnumerateFileSystemEntries(_folder.FullName, "ec*").Select(entry => Path.GetFileName(entry));

    /// <summary>Processes whose arguments or environment name that folder, but the program itself.</summary>
    public IReadOnlyList<string> Processes =>
        [.. Directory.EnumerateDirectories("/proc").Where(entry => int.TryParse(Path.GetFileName(entry), out var id) && id != _process.Id).Select(Described).OfType<string>()];

    /// <param name="target">The target of the Makefile that runs it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="path">A folder in which programs are looked for first.</param>
    public static Tool Start(string target, string[] arguments, string? path = null) => new(target, _ => arguments, path);

    /// <param name="target">The target of the Makefile that runs it.</param>
    /// <param name="arguments">Makes its arguments, given a folder for its files.</param>
    /// <param name="environment">Variables that are added to those of this process.</param>
    public static Tool Start(string target, Func<string, string[]> arguments, (string Name, string? Value)[] environment) =>
        new(target, tool => arguments(tool._folder.FullName), path: null, environment);

    /// <summary>Starts the traffic of one customer, with a report.</summary>
    public static Tool StartTraffic(Uri shop, params string[] options) =>
        new("traffic", tool => ["--shop", shop.ToString(), "--seed", "7", "--customers", "1", "--report", tool.ReportFile, .. options], path: null);

    public Task SignalAsync(string signal) => _process.SignalAsync(signal);

    /// <returns>The exit code.</returns>
    /// <exception cref="XunitException">It did not end in time; what it wrote and its processes are in the message.</exception>
    public async Task<int> WaitForExitAsync()
    {
        try
        {
            return await _process.WaitForExitAsync().WaitAsync(2 * Eventually.Deadline);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"The program did not end in time. It wrote:\n{Error}\nIts processes:\n{string.Join('\n', Processes)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await _process.KillAsync(withChildren: true);
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string? Described(string entry)
    {
        try
        {
            var command = File.ReadAllText(Path.Combine(entry, "cmdline")).Replace('\0', ' ');
            return $"{command} {File.ReadAllText(Path.Combine(entry, "environ"))}".Contains(_folder.FullName, StringComparison.Ordinal) ? command : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
