using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ECommerce.Storm;

/// <summary>One of our other programs, as a process of its own, out of reach of the terminal's Ctrl-C: we end it.</summary>
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

    /// <summary>All that it said so far.</summary>
    public string Written
    {
        get
        {
            lock (_written)
                return _written.ToString();
        }
    }

    /// <param name="program">The name of its assembly, which lies beside ours.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="environment">What others on this machine need not read.</param>
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

    /// <summary>Asks it to end, and waits until it has.</summary>
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
