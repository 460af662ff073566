using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Topologies;

namespace ECommerce.Storm.Distributed;

/// <summary>A host behind a balancer: its program, which is started again whenever it ends, its lives in the journal, and its log.</summary>
internal sealed class StormHost : IAsyncDisposable
{
    private const int Killed = 128 + 9;
    private const int LastLines = 40;

    private readonly HttpClient _management;
    private readonly StreamWriter _log;
    private readonly ConcurrentQueue<string> _last = new();
    private readonly StormJournal _journal;
    private readonly RunningPart _program;
    private Life _life = Life.None;
    private volatile bool _isToEnd;
    private volatile string? _wrong;

    /// <param name="addresses">Where it listens.</param>
    /// <param name="part">Its program.</param>
    /// <param name="serves">The path of the routes that only this host serves; null when all hosts serve all.</param>
    /// <param name="folder">The folder of the storm.</param>
    public StormHost(HostAddresses addresses, Part part, string? serves, StormFolder folder)
    {
        (Addresses, Part, _journal) = (addresses, part, folder.StormJournal);
        _management = new() { BaseAddress = addresses.Management };
        _log = new(Path.Combine(folder.Hosts.FullName, $"{addresses.Name}.log")) { AutoFlush = true };
        _program = new(part, Write)
        {
            Starting = () => (_life, _isToEnd) = (_journal.Begin(addresses.Name, serves), false),
            Ended = End,
            PauseAfterCrash = TimeSpan.Zero,
        };
    }

    public HostAddresses Addresses { get; }

    /// <summary>The program that it was made with.</summary>
    public Part Part { get; }

    public string Name => Addresses.Name;

    /// <summary>Starts the program, and returns when it is ready.</summary>
    public Task StartAsync(CancellationToken ct) => _program.StartAsync(ct);

    /// <summary>Sends SIGKILL, and returns when the process has ended.</summary>
    public Task KillAsync()
    {
        _isToEnd = true;
        return _program.KillAsync();
    }

    /// <summary>Sends SIGTERM, and returns when the process has ended.</summary>
    /// <param name="replacement">The program that is started in its place; null for the same one.</param>
    public Task RestartAsync(Part? replacement = null)
    {
        _isToEnd = true;
        return _program.RestartAsync(replacement);
    }

    /// <exception cref="StormException">A process of it ended by itself.</exception>
    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        if (_wrong is { } wrong)
            throw new StormException(wrong);
        try
        {
            using var patience = RequestCounters.Bounded(ct);
            using var answer = await _management.GetAsync("/health/ready", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (RequestCounters.IsNoAnswer(e, ct))
        {
            return false;
        }
    }

    /// <summary>The version that the host says it is.</summary>
    public async Task<string> VersionAsync(CancellationToken ct)
    {
        using var patience = RequestCounters.Bounded(ct);
        return (await _management.GetFromJsonAsync<JsonElement>("/version", patience.Token)).GetProperty("version").GetString()!;
    }

    /// <summary>Records its counters; nothing when it does not answer.</summary>
    public async Task ScrapeAsync(CancellationToken ct)
    {
        var life = _life;
        if (await RequestCounters.ReadAsync(_management, life.Number, ct) is { } scrape && life == _life)
            _journal.Write(scrape);
    }

    public async ValueTask DisposeAsync()
    {
        _isToEnd = true;
        await _program.DisposeAsync();
        _management.Dispose();
        await _log.DisposeAsync();
    }

    private void End(int code)
    {
        _life = _life with { Ended = TimeProvider.System.GetUtcNow(), Killed = code == Killed };
        _journal.Write(_life);
        if (!_isToEnd)
            _wrong = $"{Name} has ended by itself.\n{string.Join('\n', _last)}";
    }

    private void Write(string line)
    {
        lock (_log)
            _log.WriteLine(line);
        _last.Enqueue(line);
        while (_last.Count > LastLines)
            _last.TryDequeue(out _);
    }
}
