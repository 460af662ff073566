using System.Net;
using ECommerce.Host;
using ECommerce.Testing;
using ECommerce.Topologies;
using ECommerce.Traffic;
using ECommerce.Web;

namespace ECommerce.Storm.Distributed;

/// <summary>The topology <c>services</c>: one or several hosts and a PostgreSQL for each module, and RabbitMQ between them.</summary>
internal sealed class ServicesShop(StormFolder folder, Settings settings, RunSettings run) : DistributedShop(folder, settings, run)
{
    // The module that most events go to.
    private const string Receiver = "products";

    private readonly StormFolder _folder = folder;
    private readonly Settings _settings = settings;
    private readonly RunSettings _run = run;
    private readonly int _hostsOfEach = settings.Hosts ?? (settings.Upgrade is null ? 1 : 2);
    private Dictionary<string, Server> _servers = [];
    private RabbitMqServer _broker = null!;
    private Wire _toReceiver = null!;

    public override IReadOnlyList<Disruption> Disruptions => _settings.Upgrade is not null
        ? [new(DisruptionNames.BuildChanged, ChangeBuildAsync, IsSeamless: _hostsOfEach > 1)]
        :
        [
            new(DisruptionNames.HostKilled, KillHostAsync),
            new(DisruptionNames.PostgresKilled, KillPostgres),
            new(DisruptionNames.BrokerKilled, KillBrokerAsync),
            new(DisruptionNames.BrokerWiped, WipeBrokerAsync),
        ];

    public static async Task<ServicesShop> OpenAsync(StormFolder folder, Settings settings, CancellationToken ct)
    {
        var shop = new ServicesShop(folder, settings, RunSettings.Anywhere(ShopModules.Names.Count, folder.Hosts.FullName));
        try
        {
            await shop.SetUpAsync(ct);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    public override async Task<bool> HasDeliveredAsync(DateTimeOffset before, CancellationToken ct)
    {
        foreach (var (module, server) in _servers)
        {
            if (!await server.HasDeliveredAsync([module], before, ct))
                return false;
        }

        return true;
    }

    public override Task<string> OpenBooksAsync(CancellationToken ct) => JointDatabase.CreateAsync(_servers, ct);

    private async Task SetUpAsync(CancellationToken ct)
    {
        var starting = StartBrokerAsync();
        var servers = ShopModules.Names.Select(async module => (Module: module, Server: Own(await Server.StartAsync(_folder.Root.CreateSubdirectory(module), ct)))).ToArray();
        await Task.WhenAll([starting, .. servers]);
        _servers = servers.ToDictionary(started => started.Result.Module, started => started.Result.Server);
        _broker = await starting;
        var broker = new IPEndPoint(IPAddress.Loopback, new Uri(_broker.Address).Port);
        _toReceiver = Own(new Wire(broker));
        var throughWire = _broker.Address.Replace(broker.ToString(), _toReceiver.Near.ToString(), StringComparison.Ordinal);

        var (modules, key) = (Services.Modules(_run, _hostsOfEach), SigningKey.NewPem());
        await PrepareAsync(
            HaproxyFile.MakeByModule(_run.Shop, _run.Statistics, modules),
            modules.SelectMany(module => module.Hosts.Select(host => (
                host,
                Services.Host(host, module.Module, modules, _run, _servers[module.Module].ConnectionString, module.Module == Receiver ? throughWire : _broker.Address, key),
                (string?)$"/api/{module.Module}"))),
            ct);
    }

    private async Task<RabbitMqServer> StartBrokerAsync() => Own(await RabbitMqServer.StartAsync());

    private Task<string?> KillPostgres(SeededRandom dice, CancellationToken ct)
    {
        var module = dice.Pick(ShopModules.Names);
        _servers[module].Kill();
        return Task.FromResult<string?>(module);
    }

    private async Task<string?> KillBrokerAsync(SeededRandom dice, CancellationToken ct)
    {
        await _broker.KillAsync();
        await _broker.RestartAsync();
        return null;
    }

    /// <summary>Deletes the broker's disk while it holds events: the receiver is cut off from the broker first, and the senders go on.</summary>
    private async Task<string?> WipeBrokerAsync(SeededRandom dice, CancellationToken ct)
    {
        _toReceiver.Cut();
        try
        {
            await Task.Delay(dice.Between(2000, 3000), ct);
            await _broker.KillAsync();
            _broker.Wipe();
            await _broker.RestartAsync();
        }
        finally
        {
            _toReceiver.Mend();
        }

        return null;
    }
}
