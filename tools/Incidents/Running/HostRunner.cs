using System.Net;
using ECommerce.Testing;
using Xunit.Sdk;

namespace ECommerce.Incidents.Running;

/// <summary>
/// Runs the host as a process, one after another. The proxies lead to the current one. A change is a rolling restart: the next host is ready
/// before the last one is asked to stop.
/// </summary>
internal sealed class HostRunner(DirectoryInfo folder, HostSettings settings, Action<IPEndPoint> leadPublic, Action<IPEndPoint> leadManagement) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(45);

    private const int LinesShown = 5;
    private const int CharactersShown = 240;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Stack<string> _earlier = new();
    private HostProcess? _host;
    private string _build = Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll");

    public int ProcessId => Current.Id;

    /// <summary>The program of the current host.</summary>
    public string Build => _build;

    /// <summary>What the current host wrote, for the message of a failure.</summary>
    public string Written => Current.Written;

    /// <summary>The path of the console's sign-in link, which the host printed at its start; null when there was none.</summary>
    public string? ConsoleLink => Current.Errors
        .Select(line => line.IndexOf("/console", StringComparison.Ordinal) is > 0 and var at ? line[at..].Trim() : null)
        .FirstOrDefault(link => link is not null);

    private HostProcess Current => _host ?? throw new InvalidOperationException("No host has been started.");

    /// <summary>Starts the first host.</summary>
    public Task StartAsync(CancellationToken ct) => InTurnAsync(() => ReplaceAsync(_build, ct), ct);

    /// <exception cref="IncidentException">The next host was not ready; the last one goes on, with its settings.</exception>
    public Task RestartAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken ct) => InTurnAsync(async () =>
    {
        var before = settings.Changes.ToDictionary();
        foreach (var (variable, value) in changes)
            settings.Change(variable, value);
        try
        {
            await ReplaceAsync(_build, ct);
        }
        catch (IncidentException)
        {
            foreach (var variable in changes.Keys)
                settings.Change(variable, before.GetValueOrDefault(variable));
            throw;
        }
    }, ct);

    public Task ReleaseAsync(string build, CancellationToken ct) => InTurnAsync(async () =>
    {
        var last = _build;
        await ReplaceAsync(build, ct);
        _earlier.Push(last);
    }, ct);

    /// <returns>Whether there was an earlier build.</returns>
    public async Task<bool> RollBackAsync(CancellationToken ct)
    {
        var rolledBack = false;
        await InTurnAsync(async () =>
        {
            if (!_earlier.TryPeek(out var build))
                return;
            await ReplaceAsync(build, ct);
            _earlier.Pop();
            rolledBack = true;
        }, ct);
        return rolledBack;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await StopAsync(_host);
        _turn.Dispose();
    }

    private async Task InTurnAsync(Func<Task> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReplaceAsync(string build, CancellationToken ct)
    {
        var next = HostProcess.StartBuild(build, folder.FullName, [], settings.All);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(StartPatience);
            await next.WaitUntilReadyAsync(patience.Token);
        }
        catch (Exception e) when (e is XunitException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            var written = string.Join('\n', next.Written.Split('\n').TakeLast(LinesShown).Select(line => line[..Math.Min(line.Length, CharactersShown)]));
            await next.DisposeAsync();
            throw new IncidentException($"The next host was not ready; the last one goes on. It wrote:\n{written}", e);
        }
        catch
        {
            await next.DisposeAsync();
            throw;
        }

        leadPublic(EndPointOf(next.Public));
        leadManagement(EndPointOf(next.Management));
        var last = _host;
        (_host, _build) = (next, build);
        if (last is not null)
            await StopAsync(last);
    }

    // A host that is paused hears nothing, and one that is starved may not end.
    private static async Task StopAsync(HostProcess host)
    {
        if (!host.HasExited)
        {
            await host.SignalAsync("CONT");
            await host.SignalAsync("TERM");
            await Task.WhenAny(host.WaitForExitAsync(), Task.Delay(StopPatience));
        }

        await host.DisposeAsync();
    }

    private static IPEndPoint EndPointOf(HttpClient client) => new(IPAddress.Loopback, client.BaseAddress!.Port);
}
