using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.EmbeddedPostgres;

/// <summary>Supervises the PostgreSQL server process: starts it, restarts it with increasing pauses when it dies, and stops it.</summary>
internal sealed partial class Postmaster : IAsyncDisposable
{
    private const int SIGINT = 2; // fast shutdown: rolls back what is open
    private const int SIGQUIT = 3; // immediate shutdown: the next start recovers
    private const int SIGCONT = 18;
    private const int KeptLines = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ProcessStartInfo _command;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lastLines = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    private Postmaster(ProcessStartInfo command, ILogger log)
    {
        _command = command;
        _log = log;
        // The kernel signals the server when the *thread* that forked it ends, so that this thread only forks and waits.
        new Thread(Supervise) { IsBackground = true, Name = "postmaster" }.Start();
    }

    public int ProcessId
    {
        get
        {
            lock (_gate)
                return _process!.Id;
        }
    }

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <exception cref="StartupException">It ended, or did not answer within <paramref name="timeout"/>; the message holds the end of its
    /// log.</exception>
    public static async Task<Postmaster> StartAsync(ProcessStartInfo command, TimeSpan timeout, ILogger log, CancellationToken ct)
    {
        var postmaster = new Postmaster(command, log);
        try
        {
            await postmaster._ready.Task.WaitAsync(timeout, ct);
            return postmaster;
        }
        catch (Exception e)
        {
            await postmaster.DisposeAsync();
            throw e is TimeoutException ? postmaster.NotStarted() : e;
        }
    }

    /// <summary>Stops a server on <paramref name="data"/> that an earlier host has left running.</summary>
    public static async Task StopLeftOverAsync(string data, CancellationToken ct)
    {
        var lockFile = Path.Combine(data, "postmaster.pid");
        var started = Stopwatch.GetTimestamp();
        var signal = SIGINT;
        while (LeftOver(lockFile) is { } pid)
        {
            _ = Kill(pid, signal);
            signal = Stopwatch.GetElapsedTime(started) < Patience ? 0 : SIGQUIT;
            await Task.Delay(50, ct);
        }

        // The process id may belong to another program by now (in a container it nearly always does), and then PostgreSQL would not start.
        File.Delete(lockFile);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _stopping.Cancel();
        Signal(SIGINT);
        Signal(SIGCONT); // a suspended process does not handle the other signals
        if (await Task.WhenAny(_ended.Task, Task.Delay(Patience)) != _ended.Task)
            Signal(SIGQUIT);
        await _ended.Task;
        _process?.Dispose();
        _stopping.Dispose();
    }

    private void Supervise()
    {
        for (var pause = FirstPause; !_stopping.IsCancellationRequested; _stopping.Token.WaitHandle.WaitOne(pause))
        {
            var since = Stopwatch.GetTimestamp();
            RunOnce();
            if (_stopping.IsCancellationRequested || _ready.TrySetException(NotStarted()))
                break;
            pause = Stopwatch.GetElapsedTime(since) > LongestPause ? FirstPause : pause < LongestPause / 2 ? pause * 2 : LongestPause;
            Log.Died(_log, pause.TotalMilliseconds);
        }

        _ended.SetResult();
    }

    private void RunOnce()
    {
        try
        {
            lock (_gate)
            {
                if (_stopping.IsCancellationRequested)
                    return;
                var started = Process.Start(_command)!;
                _process?.Dispose();
                _process = started;
            }

            _process.StandardInput.Close();
            _process.OutputDataReceived += (_, line) => Read(line.Data);
            _process.ErrorDataReceived += (_, line) => Read(line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            // Returns when the last backend has closed the log; before that a new server cannot create its shared memory.
            _process.WaitForExit();
        }
        catch (Win32Exception e)
        {
            Read(e.Message); // the system cannot start a process just now
        }
    }

    // The server's log may quote statements and rows: only its end is kept, for the message of a failed start.
    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
        }

        if (line.EndsWith("database system is ready to accept connections", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private StartupException NotStarted()
    {
        lock (_lastLines)
            return new StartupException($"PostgreSQL did not start. The end of its log:{Environment.NewLine}{string.Join(Environment.NewLine, _lastLines)}");
    }

    private void Signal(int signal)
    {
        lock (_gate)
        {
            if (_process is { HasExited: false })
                _ = Kill(_process.Id, signal);
        }
    }

    /// <summary>The server's process id from the lock file: the first line is the id, the second the folder of that process.</summary>
    private static int? LeftOver(string lockFile)
    {
        try
        {
            if (File.ReadAllLines(lockFile) is not [var number, var folder, ..])
                return null;
            var pid = int.Parse(number, CultureInfo.InvariantCulture);
            var isServer = OperatingSystem.IsLinux()
                ? File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(folder)
                : Process.GetProcessById(pid).ProcessName == "postgres";
            return isServer ? pid : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return null; // no lock file, or no such process
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "PostgreSQL has ended by itself and is started again in {PauseMs} ms", EventName = "postgres.ended")]
        public static partial void Died(ILogger log, double pauseMs);
    }
}
