using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ECommerce.Testing;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>The program as a process of its own, for signals.</summary>
internal sealed class TrafficProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-traffic-");
    private readonly Process _process;
    private readonly Task<string> _output;

    private TrafficProcess(Uri shop, string[] options)
    {
        // A background job of a script is born deaf to Ctrl-C, and would hand that on.
        string[] env = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : ["env"];
        string[] command = [.. env, "dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Traffic.dll"),
            "--shop", shop.ToString(), "--seed", "7", "--customers", "1", "--report", ReportPath, .. options];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public Task<string> Output => _output;

    public JsonElement Report => JsonElement.Parse(File.ReadAllBytes(ReportPath));

    private string ReportPath => Path.Combine(_folder.FullName, "report.json");

    public static TrafficProcess Start(Uri shop, params string[] options) => new(shop, options);

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
