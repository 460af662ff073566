using ECommerce.Host;
using ECommerce.Testing;
using ECommerce.Traffic;

namespace ECommerce.Storm.SingleHost;

/// <summary>The topology <c>monolith</c>: a host and a PostgreSQL on a small disk, with a proxy in front of each.</summary>
internal sealed class SingleHostShop : IStormShop
{
    private readonly Stack<Func<ValueTask>> _leaving = new();

    private Disk _disk = null!;
    private Server _server = null!;
    private Wire _toHost = null!;
    private Wire _toDatabase = null!;
    private Hosts _hosts = null!;

    private SingleHostShop()
    {
    }

    public Uri Address => new($"http://127.0.0.1:{_toHost.Near.Port}");

    public IReadOnlyList<Disruption> Disruptions =>
    [
        new(DisruptionNames.HostKilled, async (_, _) =>
        {
            await _hosts.KillAsync();
            _hosts.Start();
            return null;
        }),
        new(DisruptionNames.PostgresKilled, (_, _) =>
        {
            _server.Kill();
            return Task.FromResult<string?>(null);
        }),
        // Callers wait two seconds for a connection before they are refused.
        new(DisruptionNames.PoolDrained, (dice, ct) => FaultAsync("pool_drained", TimeSpan.FromSeconds(2) + For(dice), ct)),
        new(DisruptionNames.RelayStalled, (dice, ct) => FaultAsync("relay_stalled", For(dice), ct)),
        .. _disk.CanBeFilled ? [new(DisruptionNames.DiskFull, FillDiskAsync)] : Array.Empty<Disruption>(),
        // Of a request and its answer, each in one or two pieces, and of a statement and its rows: some four out of ten requests are hit.
        new(DisruptionNames.CustomersCut, (dice, ct) => TearAsync(_toHost, 0.2, dice, ct)),
        new(DisruptionNames.SessionsCut, (dice, ct) => TearAsync(_toDatabase, 0.05, dice, ct)),
    ];

    public static async Task<SingleHostShop> OpenAsync(StormFolder folder, CancellationToken ct)
    {
        var shop = new SingleHostShop();
        try
        {
            await shop.SetUpAsync(folder, ct);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync(CancellationToken ct)
    {
        _hosts.Start();
        return Task.CompletedTask;
    }

    public Task<bool> IsReadyAsync(CancellationToken ct) => _hosts.IsReadyAsync(ct);

    public Task<bool> HasDeliveredAsync(DateTimeOffset before, CancellationToken ct) => _server.HasDeliveredAsync(ShopModules.Names, before, ct);

    public Task ScrapeAsync(CancellationToken ct) => _hosts.ScrapeAsync(ct);

    public Task<string> OpenBooksAsync(CancellationToken ct) => Task.FromResult(_server.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        while (_leaving.TryPop(out var leave))
            await leave();
    }

    private async Task SetUpAsync(StormFolder folder, CancellationToken ct)
    {
        _disk = Disk.In(folder.Root);
        _leaving.Push(() =>
        {
            _disk.Dispose();
            return ValueTask.CompletedTask;
        });
        _server = await Server.StartAsync(_disk.Folder, ct);
        _leaving.Push(_server.DisposeAsync);
        _toDatabase = Wire.To(_server.ConnectionString, out var database);
        _leaving.Push(_toDatabase.DisposeAsync);
        _toHost = new(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1)); // nobody, until there is a host
        _leaving.Push(_toHost.DisposeAsync);
        _hosts = new(folder.Hosts, database, _toHost, folder.StormJournal);
        _leaving.Push(_hosts.DisposeAsync);
    }

    private static TimeSpan For(SeededRandom dice) => TimeSpan.FromMilliseconds(dice.Between(1000, 3000));

    private async Task<string?> FaultAsync(string fault, TimeSpan lasts, CancellationToken ct)
    {
        // Its own end is later than ours, and there for the case that we do not come back.
        await _hosts.FaultAsync(fault, new { @for = "00:01:00" }, ct);
        await Task.Delay(lasts, ct);
        await _hosts.NoFaultAsync(fault, ct);
        return null;
    }

    private async Task<string?> FillDiskAsync(SeededRandom dice, CancellationToken ct)
    {
        try
        {
            _disk.Fill();
            await Task.Delay(For(dice), ct);
        }
        finally
        {
            _disk.Clear();
        }

        return null;
    }

    private static async Task<string?> TearAsync(Wire line, double share, SeededRandom dice, CancellationToken ct)
    {
        var (chance, turn) = (new SeededRandom(dice.NextSeed()), new Lock());
        line.Tear(() =>
        {
            lock (turn)
                return chance.Chance(share);
        });
        try
        {
            await Task.Delay(For(dice), ct);
        }
        finally
        {
            line.Mend();
        }

        return null;
    }
}
