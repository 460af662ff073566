using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Storm;

/// <summary>
/// Runs the host as a process, one after another; the customers' connections lead to the current one. It is scraped about once a second.
/// </summary>
internal sealed partial class Hosts(DirectoryInfo folder, string database, Wire line, StormJournal chronicle) : IAsyncDisposable
{
    public const string AdminEmail = "admin@storm.example";
    public const string AdminPassword = "the admin of the storm";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _scraping = new(1);
    private HostProcess? _host;
    private Life _life = new(0, default, null, Killed: false);

    /// <summary>Starts the next host without waiting for it.</summary>
    public void Start()
    {
        _life = new(_life.Number + 1, TimeProvider.System.GetUtcNow(), Ended: null, Killed: false);
        chronicle.Write(_life);
        _host = HostProcess.Start(folder.FullName,
        [
            ("ConnectionStrings__ECommerce", database),
            ("Data__Directory", folder.FullName),
            ("Bootstrap__AdminEmail", AdminEmail),
            ("Bootstrap__AdminPassword", AdminPassword),
            ("Management__Key", _key),
            ("Shop__DemoData", "true"),
            // Customers come from one address here.
            ("Limits__RequestsPerSecond", "1000000"),
            ("Limits__Burst", "1000000"),
            ("Limits__ConcurrencyPerClient", "100000"),
            ("Limits__RegistrationsPerMinute", "1000000"),
            ("Limits__RegistrationBurst", "1000000"),
            ("Passwords__WaitingPerClient", "100000"),
            ("Passwords__Waiting", "100000"),
            // Hashing slowly is for attackers, and this machine has other things to do.
            ("Passwords__Iterations", "10000"),
            // What a killed host held for nobody has to come back while somebody looks.
            ("Products__ReservationLifetime", "00:00:20"),
            ("Products__LapseInterval", "00:00:01"),
            .. HostProcess.WithoutQuotas,
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
            using var patience = Bounded(ct);
            using var answer = await Host.Management.GetAsync("/health/ready", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (IsNoAnswer(e, ct))
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
        var (host, life) = (Host, _life.Number);
        try
        {
            using var patience = Bounded(ct);
            var began = TimeProvider.System.GetUtcNow();
            var page = await host.Management.GetStringAsync("/metrics", patience.Token);
            chronicle.Write(new Scrape(life, began, TimeProvider.System.GetUtcNow(), Read(page)));
        }
        catch (Exception e) when (IsNoAnswer(e, ct) || e is ObjectDisposedException)
        {
            // It starts, or has just died.
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

    private static Counted[] Read(string page) =>
    [
        .. from series in Metrics.Parse(page).Values
           let match = Requests().Match(series.Key)
           where match.Success
           select new Counted(match.Groups["method"].Value, match.Groups["path"].Value,
               int.Parse(match.Groups["status"].ValueSpan, provider: null), (long)series.Value),
    ];

    private static CancellationTokenSource Bounded(CancellationToken ct)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(Patience);
        return bounded;
    }

    private static bool IsNoAnswer(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested);

    [GeneratedRegex("""^http_requests_total\{service="[^"]*",method="(?<method>[^"]*)",path="(?<path>[^"]*)",status="(?<status>\d+)"\}$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Requests();
}
