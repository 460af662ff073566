using System.ComponentModel;
using System.Globalization;
using ECommerce.Testing;

namespace ECommerce.Topologies;

/// <summary>
/// A started program of a topology. It is started again when it ends by itself after it was ready once: at once after a stop, and after a
/// pause after a crash, so that a program that crashes at its start does not take the machine with it.
/// </summary>
internal sealed class RunningPart(Part part, Action<string> write) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Part _part = part;
    private Task _supervision = Task.CompletedTask;
    private volatile Running? _running;

    /// <summary>How long a program that ended with another exit code than 0 is left alone before it is started again.</summary>
    public TimeSpan PauseAfterCrash { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Called before each start of the program.</summary>
    public Action Starting { get; init; } = () => { };

    /// <summary>Called with the exit code after each end of the program.</summary>
    public Action<int> Ended { get; init; } = _ => { };

    /// <summary>Starts the program, and returns when it is ready.</summary>
    /// <exception cref="TopologyException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        _supervision = SuperviseAsync();
        try
        {
            await _ready.Task.WaitAsync(StartPatience, ct);
        }
        catch (TimeoutException)
        {
            throw new TopologyException($"{_part.Name} was not ready within {StartPatience.TotalMinutes:0} minutes.");
        }
    }

    /// <summary>Sends SIGKILL, and returns when the program has ended. It is started again.</summary>
    public async Task KillAsync()
    {
        if (_running is not { } running)
            return;
        await running.Process.KillAsync();
        await running.End;
    }

    /// <summary>Sends SIGTERM, and returns when the program has ended. It is started again.</summary>
    /// <param name="replacement">The program that is started in its place; null for the same one.</param>
    public async Task RestartAsync(Part? replacement = null)
    {
        _part = replacement ?? _part;
        if (_running is not { } running)
            return;
        await running.Process.SignalAsync("TERM");
        await running.End;
    }

    /// <summary>Sends SIGTERM, and returns when the program has ended. A program that does not end in a minute is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        _stopping.Dispose();
    }

    private async Task SuperviseAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Starting();
            await using var process = await StartProcessAsync();
            using var pid = new PidFile(_part.PidFile, process.Id);
            var ended = process.WaitForExitAsync(CancellationToken.None);
            _running = new(process, ended);
            await using var stop = _stopping.Token.Register(() => _ = process.SignalAsync("TERM"));
            if (!_ready.Task.IsCompleted)
                await WaitUntilReadyAsync(ended);
            await ((Task)ended).WaitAsync(Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCompleted)
                await ((Task)ended).WaitAsync(StopPatience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCompletedSuccessfully)
                Ended(await ended);
            if (_stopping.IsCancellationRequested || !_ready.Task.IsCompletedSuccessfully)
                return;
            write($"ended with exit code {process.ExitCode} and is started again{(process.ExitCode == 0 ? "" : $" in {PauseAfterCrash.TotalSeconds:0} s")}");
            pid.Dispose();
            if (process.ExitCode != 0)
                await Task.Delay(PauseAfterCrash, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitUntilReadyAsync(Task<int> ended)
    {
        while (!ended.IsCompleted && !_stopping.IsCancellationRequested)
        {
            if (await IsReadyAsync())
            {
                _ready.TrySetResult();
                return;
            }

            await Task.WhenAny(ended, Task.Delay(Pause, CancellationToken.None));
        }

        _ready.TrySetException(new TopologyException(ended.IsCompleted ? $"{_part.Name} ended with exit code {await ended}." : $"{_part.Name} was stopped."));
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync(_part.Ready, _stopping.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    // The kernel signals the program when the *thread* that forked it ends, so that a thread of its own forks it and waits. In a session of
    // its own, a program does not get the terminal's Ctrl-C: programs are stopped in order.
    private Task<ChildProcess> StartProcessAsync()
    {
        var part = _part;
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                string[] session = OperatingSystem.IsLinux() ? ["setsid", "env", "--default-signal=INT,QUIT,HUP", "setpriv", "--pdeathsig=TERM", "--"] : [];
                var process = ChildProcess.Start([.. session, .. part.Command], null, write, [.. part.Environment]);
                using var ended = new ManualResetEventSlim();
                _ = process.WaitForExitAsync().ContinueWith(_ => ended.Set(), TaskScheduler.Default);
                started.SetResult(process);
                ended.Wait();
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                started.TrySetException(new TopologyException($"{part.Name} could not be started: {e.Message}"));
            }
        })
        { IsBackground = true, Name = part.Name }.Start();
        return started.Task;
    }

    private sealed record Running(ChildProcess Process, Task End);
}

/// <summary>A file with a process id, deleted when the process has ended: nobody sends a signal to whoever has got the id by then.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string? _path;

    public PidFile(string? path, int id)
    {
        _path = path;
        if (path is not null)
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{id}\n"));
    }

    public void Dispose()
    {
        if (_path is not null)
            File.Delete(_path);
    }
}

/// <summary>Thrown when a program of the topology cannot be run; the message says which and why.</summary>
internal sealed class TopologyException(string message) : Exception(message);
