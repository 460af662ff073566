using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ECommerce.Storm;

/// <summary>Another program of the repository as a child process that does not receive the terminal's Ctrl-C.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _written = new();

    private Child(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillWithUs;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The output so far.</summary>
    public string Written
    {
        get
        {
            lock (_written)
                return _written.ToString();
        }
    }

    /// <param name="program">The name of its assembly, in the same folder.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="environment">Variables, for secrets that must not be on the command line.</param>
    public static Child Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] group = OperatingSystem.IsLinux() ? ["setsid"] : [];
        string[] command = [.. group, "dotnet", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<int> TerminateAsync(CancellationToken ct)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(ct);
        return await WaitForExitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillWithUs;
        if (!HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void KillWithUs(object? sender, EventArgs e) => _process.Kill();

    private void Keep(string? line)
    {
        lock (_written)
            _written.AppendLine(line);
    }
}
