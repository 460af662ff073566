using System.Net;
using System.Net.Http.Json;
using ECommerce.Testing;

namespace ECommerce.Storm.SingleHost;

/// <summary>
/// Runs the host as a process, one after another; the customers' connections lead to the current one. It is scraped about once a second.
/// </summary>
internal sealed class Hosts(DirectoryInfo folder, string database, Wire line, StormJournal chronicle) : IAsyncDisposable
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _scraping = new(1);
    private HostProcess? _host;
    private Life _life = Life.None;

    /// <summary>Starts the next host without waiting for it.</summary>
    public void Start()
    {
        _life = chronicle.Begin(host: null, serves: null);
        _host = HostProcess.Start(folder.FullName,
        [
            ("ConnectionStrings__ECommerce", database),
            ("Data__Directory", folder.FullName),
            ("Management__Key", _key),
            .. HostSettings.All,
        ]);
        line.LeadTo(new IPEndPoint(IPAddress.Loopback, _host.Public.BaseAddress!.Port));
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await Host.KillAsync();
        await EndAsync(killed: true);
    }

    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var patience = RequestCounters.Bounded(ct);
            using var answer = await Host.Management.GetAsync("/health/ready", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (RequestCounters.IsNoAnswer(e, ct))
        {
            if (Host.HasExited)
                await StartAgainAsync();
            return false;
        }
    }

    public async Task FaultAsync(string name, object how, CancellationToken ct) => await AskAsync(HttpMethod.Put, $"/ops/faults/{name}", how, ct);

    public async Task NoFaultAsync(string name, CancellationToken ct) => await AskAsync(HttpMethod.Delete, $"/ops/faults/{name}", null, ct);

    /// <summary>Records the counters of the current host; nothing when it does not answer.</summary>
    public async Task ScrapeAsync(CancellationToken ct)
    {
        await _scraping.WaitAsync(ct);
        try
        {
            if (await RequestCounters.ReadAsync(Host.Management, _life.Number, ct) is { } scrape)
                chronicle.Write(scrape);
        }
        finally
        {
            _scraping.Release();
        }
    }

    /// <summary>Sends SIGTERM to the last host at the end of the storm.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is null)
            return;
        if (!_host.HasExited)
            await _host.TerminateAsync();
        await EndAsync(killed: false);
        _scraping.Dispose();
    }

    private HostProcess Host => _host ?? throw new InvalidOperationException("No host has been started.");

    // Its port was free when it was chosen, and one of thousands of connections may have taken it since.
    private async Task StartAgainAsync()
    {
        if (!Host.Errors.Any(line => line.Contains("another program, perhaps another host, listens", StringComparison.Ordinal)))
            throw new StormException($"The host has ended by itself.\n{string.Join('\n', Host.Errors)}");
        await EndAsync(killed: false);
        Start();
    }

    private async Task EndAsync(bool killed)
    {
        chronicle.Write(_life = _life with { Ended = TimeProvider.System.GetUtcNow(), Killed = killed });
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"host-{_life.Number}.log"), Host.Written);
        await Host.DisposeAsync();
    }

    private async Task AskAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "X-Management-Key", _key } }, Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await Host.Management.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode)
            throw new StormException($"{method} {path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
    }
}
