using ECommerce.Host;
using ECommerce.Testing;
using ECommerce.Topologies;
using ECommerce.Web;

namespace ECommerce.Benchmarks.Topologies;

/// <summary>The shop in one topology: its hosts, the balancer in front of them and the broker between them.</summary>
internal sealed class TopologyShop : IAsyncDisposable
{
    private readonly IReadOnlyList<Contender> _hosts;
    private readonly ChildProcess? _balancer;
    private readonly RabbitMqServer? _broker;

    private TopologyShop(string name, IReadOnlyList<Contender> hosts, Uri address, ChildProcess? balancer, RabbitMqServer? broker)
    {
        (Name, _hosts, _balancer, _broker) = (name, hosts, balancer, broker);
        var sockets = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1), UseProxy = false };
        Client = new(sockets) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Name { get; }

    public string Address => Client.BaseAddress!.ToString().TrimEnd('/');

    public string ConnectionString => _hosts[0].ConnectionString;

    /// <summary>A client of the shop, whose connections stay open between rounds.</summary>
    public HttpClient Client { get; }

    /// <summary>The settings by which another host takes part in the topology <c>services</c>, without its internal address and modules.</summary>
    public IReadOnlyList<(string Name, string Value)> Membership { get; private init; } = [];

    public TimeSpan HostsCpu => TimeSpan.FromTicks(_hosts.Sum(host => host.Cpu.Ticks));

    public TimeSpan BalancerCpu => _balancer is null ? TimeSpan.Zero : ProcessorTime.OfTree(_balancer.Id);

    public TimeSpan BrokerCpu => _broker is null ? TimeSpan.Zero : ProcessorTime.OfTree(_broker.ProcessId);

    /// <summary>The number of methods that all hosts have compiled so far.</summary>
    public async Task<double> CompiledAsync() => (await Task.WhenAll(_hosts.Select(host => host.CompiledAsync()))).Sum();

    /// <summary>The CPU time of one of the hosts so far, by its module.</summary>
    public TimeSpan CpuOf(string module) => _hosts.Single(host => host.Name == module).Cpu;

    /// <summary>Scrapes all hosts until disposed.</summary>
    public IAsyncDisposable Scrape() => new Several([.. _hosts.Select(host => host.Scrape()).OfType<IAsyncDisposable>()]);

    public static async Task<TopologyShop> MonolithAsync(Venue venue)
    {
        var hosts = await venue.EnterHostsAsync("monolith", [venue.Steps[^1] with { Name = "monolith" }]);
        return new("monolith", hosts, new(hosts[0].Address), balancer: null, broker: null);
    }

    /// <summary>Two equal hosts behind haproxy.</summary>
    public static async Task<TopologyShop> ReplicasAsync(Venue venue)
    {
        var all = venue.Steps[^1];
        var hosts = await venue.EnterHostsAsync("replicas", [.. ((string[])["host-1", "host-2"]).Select(name => With(all, name, BehindBalancer))]);
        return await BehindAsync("replicas", venue, hosts, HaproxyFile.Make, broker: null, []);
    }

    /// <summary>A host for each module behind haproxy, and RabbitMQ between them.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="name">The shop's name.</param>
    /// <param name="build">The folder of the build to run; this one when null.</param>
    public static async Task<TopologyShop> ServicesAsync(Venue venue, string name, string? build)
    {
        var broker = await RabbitMqServer.StartAsync();
        try
        {
            var internals = ShopModules.Names.ToDictionary(module => module, _ => Loopback.FreeAddress().ToString().TrimEnd('/'));
            (string, string)[] shared = [BehindBalancer, ("Contracts__SigningKey", SigningKey.NewPem()), ("Broker__Address", broker.Address)];
            var hosts = await venue.EnterHostsAsync(name, [.. ShopModules.Names.Select(module => With(venue.Steps[^1], module,
            [
                .. shared, ("Modules__Hosted", module), ("Endpoints__Internal", internals[module]),
                .. ShopModules.Names.Where(other => other != module).Select(other => ($"Modules__{other}__Address", internals[other])),
            ]))], build);
            return await BehindAsync(name, venue, hosts, HaproxyFile.MakeByModule, broker,
                [.. shared, .. internals.Select(module => ($"Modules__{module.Key}__Address", module.Value))]);
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_balancer is not null)
            await _balancer.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
    }

    private static readonly (string Name, string Value) BehindBalancer = ("Endpoints__TrustedProxies", "127.0.0.1");

    private static Watching With(Watching all, string name, params (string Name, string Value)[] settings) => all with { Name = name, Settings = [.. all.Settings, .. settings] };

    private static async Task<TopologyShop> BehindAsync(
        string name, Venue venue, IReadOnlyList<Contender> hosts, Func<Uri, Uri, IReadOnlyList<HostAddresses>, string> make, RabbitMqServer? broker,
        IReadOnlyList<(string, string)> membership)
    {
        var address = Loopback.FreeAddress();
        var file = Path.Combine(venue.Folder.FullName, $"haproxy-{address.Port}.cfg");
        HostAddresses[] addresses = [.. hosts.Select(host => new HostAddresses(host.Name, new(host.Address), new(host.Address), new(host.Address)))];
        await File.WriteAllTextAsync(file, make(address, Loopback.FreeAddress(), addresses));
        var shop = new TopologyShop(name, hosts, address, ChildProcess.Start([HaproxyFile.Program, "-db", "-f", file]), broker) { Membership = membership };
        try
        {
            await shop.WaitUntilServedAsync();
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    // Haproxy sends nothing to a host that it has not checked yet.
    private async Task WaitUntilServedAsync()
    {
        for (var tries = 0; tries < 200; tries++, await Task.Delay(50))
        {
            try
            {
                using var orders = await Client.GetAsync(new Uri("/api/orders", UriKind.Relative));
                using var products = await Client.GetAsync(new Uri("/api/products?limit=1", UriKind.Relative));
                if (products.IsSuccessStatusCode && (int)orders.StatusCode is 401)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new BenchmarkException($"'{Name}' is not served by haproxy.\n{_balancer!.Written}");
    }

    private sealed class Several(IReadOnlyList<IAsyncDisposable> all) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var one in all)
                await one.DisposeAsync();
        }
    }
}
