using System.ComponentModel;
using ECommerce.Testing;

namespace ECommerce.Topologies;

/// <summary>A started program of a topology. It is started again whenever it ends after it was ready once.</summary>
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
            write($"ended with exit code {process.ExitCode} and is started again");
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

/// <summary>Thrown when a program of the topology cannot be run; the message says which and why.</summary>
internal sealed class TopologyException(string message) : Exception(message);
