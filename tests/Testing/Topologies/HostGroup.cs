using System.Security.Cryptography;
using ECommerce.Host;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Testing;

/// <summary>The hosts of one fixture on one database, as the topology has them, and the way to them.</summary>
internal sealed class HostGroup : IAsyncDisposable
{
    private const int Replicas = 3;
    private const int Public = 0;
    private const int Management = 1;

    private readonly TestTopology _topology;
    private readonly List<string> _names;
    private InProcessHost[] _hosts = [];
    private string? _broker;
    private PublicEntrance? _entrance;
    private MetricsEntrance? _metrics;
    private int _turn;

    private HostGroup(TestTopology topology)
    {
        _topology = topology;
        _names = topology switch
        {
            TestTopology.Services => [.. ShopModules.Names],
            TestTopology.Replicas => [.. Enumerable.Range(1, Replicas).Select(number => $"host-{number}")],
            _ => ["host"],
        };
    }

    /// <summary>Where tests send requests that they write by hand.</summary>
    public Uri PublicAddress => _entrance?.Address ?? AddressOf(0, Public);

    /// <summary>Where a Prometheus scrapes.</summary>
    public Uri ManagementAddress => _metrics?.Address ?? AddressOf(0, Management);

    public IServiceProvider Services => _topology is TestTopology.Services
        ? new ServicesOfAll(_names.Zip(_hosts).ToDictionary(host => host.First, host => host.Second.Services))
        : _hosts[0].Services;

    /// <summary>What this topology adds to the signals; null when it adds nothing.</summary>
    public Hop? Hop { get; private set; }

    /// <summary>Starts the hosts; in the topology <c>services</c> they are connected to the broker when it returns.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="settings">What the hosts have in common.</param>
    /// <param name="folder">A folder for their data.</param>
    /// <param name="configure">Has the last word on the services of each.</param>
    public static async Task<HostGroup> StartAsync(
        TestTopology topology, IReadOnlyDictionary<string, string?> settings, string folder, Action<IServiceCollection> configure)
    {
        var group = new HostGroup(topology);
        try
        {
            await group.StartAsync(settings, folder, configure);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public HttpMessageHandler ToPublic(HttpMessageHandler sockets) => _topology switch
    {
        TestTopology.Services => new Gateway(module => _names.IndexOf(module) is >= 0 and var host ? AddressOf(host, Public) : null) { InnerHandler = sockets },
        TestTopology.Replicas => new Gateway(_ => AddressOf(Next(), Public)) { InnerHandler = sockets },
        _ => sockets,
    };

    public HttpMessageHandler ToManagement(HttpMessageHandler sockets) => _topology is TestTopology.Monolith ? sockets
        : new OperatorsOfAll([.. _hosts.Select((_, host) => AddressOf(host, Management))], module => Math.Max(0, _names.IndexOf(module)), IsOfHop) { InnerHandler = sockets };

    public async ValueTask DisposeAsync()
    {
        if (_entrance is not null)
            await _entrance.DisposeAsync();
        if (_metrics is not null)
            await _metrics.DisposeAsync();
        await Task.WhenAll(_hosts.Where(host => host is not null).Select(host => host.DisposeAsync().AsTask()));
        if (_broker is not null)
            TestBroker.Return(_broker);
    }

    private async Task StartAsync(IReadOnlyDictionary<string, string?> settings, string folder, Action<IServiceCollection> configure)
    {
        var added = _topology switch
        {
            TestTopology.Services => await ServicesAsync(settings, folder),
            // A key of the fixture's own, which replicas must share.
            TestTopology.Replicas => [.. Enumerable.Repeat(
                new Dictionary<string, string?> { ["Tokens:SigningKey"] = settings.GetValueOrDefault("Tokens:SigningKey") ?? NewKey() }, Replicas)],
            _ => [[]],
        };
        _hosts = new InProcessHost[_names.Count];
        await Task.WhenAll(added.Select(async (own, host) =>
            _hosts[host] = await InProcessHost.StartAsync(settings.Where(setting => !own.ContainsKey(setting.Key)).Concat(own), configure)));
        if (_topology is TestTopology.Monolith)
            return;
        _entrance = new(path => _topology is TestTopology.Services && _names.IndexOf(Gateway.ModuleOf(path)) is >= 0 and var host
            ? AddressOf(host, Public) : AddressOf(Next(), Public));
        _metrics = await MetricsEntrance.StartAsync(ToManagement(new SocketsHttpHandler()));
        if (_topology is TestTopology.Services)
            await ConnectedAsync();
    }

    private async Task<Dictionary<string, string?>[]> ServicesAsync(IReadOnlyDictionary<string, string?> settings, string folder)
    {
        _broker = await TestBroker.RentAsync();
        var (key, internals) = (NewKey(), _names.ToDictionary(module => module, _ => Loopback.FreeAddress()));
        Hop = new(internals.Values.Select(address => address.Port).ToHashSet());
        return
        [
            .. _names.Select(module => new Dictionary<string, string?>(
                _names.Where(other => other != module).Select(other => KeyValuePair.Create($"Modules:{other}:Address", (string?)internals[other].ToString())))
            {
                ["Modules:Hosted"] = module,
                ["Endpoints:Internal"] = internals[module].ToString(),
                ["Contracts:SigningKey"] = key,
                // As for the database: hundreds race here, on machines that have other things to do.
                ["Contracts:Concurrency"] = "1000",
                ["Contracts:Timeout"] = "00:01:00",
                ["Contracts:AttemptTimeout"] = "00:00:30",
                ["Limits:RequestTimeout"] = settings.GetValueOrDefault("Limits:RequestTimeout") ?? "00:01:00",
                ["Limits:Concurrency"] = settings.GetValueOrDefault("Limits:Concurrency") ?? "1000",
                ["Broker:Address"] = _broker,
                ["Data:Directory"] = Directory.CreateDirectory(Path.Combine(folder, module)).FullName,
            }),
        ];
    }

    private async Task ConnectedAsync()
    {
        using var http = new HttpClient();
        await Eventually.PassesAsync(async () =>
        {
            foreach (var (host, module) in _names.Index())
            {
                var page = Metrics.Parse(await http.GetStringAsync(new Uri(AddressOf(host, Management), "/metrics")));
                if (!page.Values.Any(series => series.Key.StartsWith("broker_connected{", StringComparison.Ordinal) && series.Value == 1))
                    throw new InvalidOperationException($"The host of {module} is not connected to the broker.");
            }
        });
    }

    private bool IsOfHop(int host, string line) => _topology is TestTopology.Services && Hop.IsCounted(_names[host] == Gateway.OfNoModule, line);

    private Uri AddressOf(int host, int listener) => new(_hosts[host].Addresses[listener]);

    private int Next() => (int)((uint)Interlocked.Increment(ref _turn) % (uint)_names.Count);

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
