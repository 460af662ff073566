using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Testing;

/// <summary>A program that runs beside this process: it keeps what the program writes, sends it signals, and does not let it outlive this process.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private bool _disposed;

    private ChildProcess(Process process, Action<string>? heard)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(heard ?? Output.Enqueue, line.Data);
        process.ErrorDataReceived += (_, line) => Take(heard ?? Errors.Enqueue, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillWithUs;
    }

    public int Id => _process.Id;

    public bool HasExited => _disposed || _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Lines on stdout so far.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Lines on stderr so far.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>All lines so far, those on stderr first, for the message of a failure.</summary>
    public string Written => string.Join('\n', [.. Errors, .. Output]);

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directory">The working directory; that of this process when null.</param>
    /// <param name="environment">Variables that are added to those of this process; null removes one.</param>
    public static ChildProcess Start(IReadOnlyList<string> command, string? directory = null, params (string Name, string? Value)[] environment) =>
        Start(command, directory, null, environment);

    /// <summary>Starts a program whose lines are passed on and not kept.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directory">The working directory; that of this process when null.</param>
    /// <param name="heard">Gets each line; when null, lines are kept.</param>
    /// <param name="environment">Variables that are added to those of this process; null removes one.</param>
    public static ChildProcess Start(
        IReadOnlyList<string> command, string? directory, Action<string>? heard, params (string Name, string? Value)[] environment)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(environment);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = directory ?? "", RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new(Process.Start(start)!, heard);
    }

    /// <summary>
    /// Starts a program on a thread that ends after it: the kernel sends the signal of <c>setpriv --pdeathsig</c> when the <i>thread</i> that
    /// forked a program ends, as it also does when this process is killed.
    /// </summary>
    public static ChildProcess StartOnOwnThread(IReadOnlyList<string> command, string? directory = null, params (string Name, string? Value)[] environment)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                var program = Start(command, directory, environment);
                using var ended = new ManualResetEventSlim();
                _ = program.WaitForExitAsync().ContinueWith(_ => ended.Set(), TaskScheduler.Default);
                started.SetResult(program);
                ended.Wait();
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                started.TrySetException(e);
            }
        })
        { IsBackground = true, Name = command[0] }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Waits until the program has ended and all that it wrote is here.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken ct = default)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal such as <c>TERM</c>, and returns at once.</summary>
    /// <param name="signal">Its name without SIG.</param>
    /// <param name="toGroup">Sends it to the process group that the program leads, as a terminal does.</param>
    public async Task SignalAsync(string signal, bool toGroup = false)
    {
        var target = toGroup ? -_process.Id : _process.Id;
        using var kill = Process.Start("kill", [$"-{signal}", "--", target.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends SIGKILL. Returns when the process is gone.</summary>
    /// <param name="withChildren">Kills the processes that it started, too.</param>
    public async Task KillAsync(bool withChildren = false)
    {
        _process.Kill(withChildren);
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        AppDomain.CurrentDomain.ProcessExit -= KillWithUs;
        if (!HasExited)
            await KillAsync();
        _disposed = true;
        _process.Dispose();
    }

    private void KillWithUs(object? sender, EventArgs e) => _process.Kill();

    private static void Take(Action<string> heard, string? line)
    {
        if (line is not null) // null is the end
            heard(line);
    }
}
