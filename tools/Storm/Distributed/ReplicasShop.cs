using ECommerce.Host;
using ECommerce.Topologies;

namespace ECommerce.Storm.Distributed;

/// <summary>The topology <c>replicas</c>: equal hosts on one PostgreSQL.</summary>
internal sealed class ReplicasShop(StormFolder folder, Settings settings, RunSettings run) : DistributedShop(folder, settings, run)
{
    private const int UsualHosts = 3;

    private readonly Settings _settings = settings;
    private Server _server = null!;

    public override IReadOnlyList<Disruption> Disruptions => _settings.Upgrade is not null
        ? [new(DisruptionNames.BuildChanged, ChangeBuildAsync, IsSeamless: true)]
        :
        [
            new(DisruptionNames.HostKilled, KillHostAsync),
            new(DisruptionNames.HostsRolled, RollAsync, IsSeamless: true),
            new(DisruptionNames.PostgresKilled, (_, _) =>
            {
                _server.Kill();
                return Task.FromResult<string?>(null);
            }),
        ];

    public static async Task<ReplicasShop> OpenAsync(StormFolder folder, Settings settings, CancellationToken ct)
    {
        var run = RunSettings.Anywhere(settings.Hosts ?? UsualHosts, folder.Hosts.FullName);
        var shop = new ReplicasShop(folder, settings, run);
        try
        {
            shop._server = shop.Own(await Server.StartAsync(folder.Root.CreateSubdirectory("database"), ct));
            var addresses = Replicas.Addresses(run);
            await shop.PrepareAsync(
                HaproxyFile.Make(run.Shop, run.Statistics, addresses),
                addresses.Select(host => (host, Replicas.Host(host, run, shop._server.ConnectionString), (string?)null)), ct);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    public override Task<bool> HasDeliveredAsync(DateTimeOffset before, CancellationToken ct) => _server.HasDeliveredAsync(ShopModules.Names, before, ct);

    public override Task<string> OpenBooksAsync(CancellationToken ct) => Task.FromResult(_server.ConnectionString);
}
