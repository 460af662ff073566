using System.Diagnostics;
using ECommerce.Topologies;
using ECommerce.Traffic;

namespace ECommerce.Storm.Distributed;

/// <summary>A shop of several hosts behind haproxy.</summary>
internal abstract class DistributedShop(StormFolder folder, Settings settings, RunSettings run) : IStormShop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // For the disruptions of an operator, and the readers of logs.
    private readonly string _managementKey = Guid.NewGuid().ToString("N");
    private readonly Stack<IAsyncDisposable> _owned = new();
    private RunningPart? _balancer;
    private bool _isOther;

    public Uri Address => run.Shop;

    public abstract IReadOnlyList<Disruption> Disruptions { get; }

    protected IReadOnlyList<StormHost> Hosts { get; private set; } = [];

    public async Task StartAsync(CancellationToken ct)
    {
        await Task.WhenAll(Hosts.Select(host => host.StartAsync(ct)));
        await _balancer!.StartAsync(ct);
    }

    public async Task<bool> IsReadyAsync(CancellationToken ct) => (await Task.WhenAll(Hosts.Select(host => ServesAsync(host, ct)))).All(serves => serves);

    public abstract Task<bool> HasDeliveredAsync(DateTimeOffset before, CancellationToken ct);

    public Task ScrapeAsync(CancellationToken ct) => Task.WhenAll(Hosts.Select(host => host.ScrapeAsync(ct)));

    public abstract Task<string> OpenBooksAsync(CancellationToken ct);

    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null)
            await _balancer.DisposeAsync();
        await Task.WhenAll(Hosts.Select(host => host.DisposeAsync().AsTask()));
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
    }

    /// <summary>Disposes it after the hosts, in the reverse order of the calls.</summary>
    protected T Own<T>(T server)
        where T : IAsyncDisposable
    {
        lock (_owned)
            _owned.Push(server);
        return server;
    }

    /// <summary>Prepares the programs.</summary>
    /// <param name="configuration">The configuration of haproxy.</param>
    /// <param name="hosts">The hosts, with their programs and the path of the routes that only hosts of this kind serve; null when all serve all.</param>
    /// <param name="ct">Ends the preparation.</param>
    protected async Task PrepareAsync(string configuration, IEnumerable<(HostAddresses Addresses, Part Program, string? Serves)> hosts, CancellationToken ct)
    {
        _balancer = new(await Balancer.PartAsync(run, configuration, ct), _ => { });
        Hosts = [.. hosts.Select(host => new StormHost(host.Addresses, WithSettings(host.Program), host.Serves, folder))];
    }

    /// <summary>SIGKILL to one host.</summary>
    protected async Task<string?> KillHostAsync(SeededRandom dice, CancellationToken ct)
    {
        var host = dice.Pick(Hosts);
        await host.KillAsync();
        return host.Name;
    }

    /// <summary>Restarts one host after another, each when the one before serves again.</summary>
    protected async Task<string?> RollAsync(SeededRandom dice, CancellationToken ct)
    {
        foreach (var host in Shuffled(dice))
            await ReplaceAsync(host, host.Part with { Command = Command(_isOther) }, ct);
        return null;
    }

    /// <summary>Replaces one host after another by one of the other build. Both builds serve beside each other for a while after each step.</summary>
    protected async Task<string?> ChangeBuildAsync(SeededRandom dice, CancellationToken ct)
    {
        _isOther = !_isOther;
        StormHost[] hosts = [.. Shuffled(dice)];
        foreach (var host in hosts)
        {
            await ReplaceAsync(host, host.Part with { Command = Command(_isOther) }, ct);
            await Task.Delay(settings.Pause, ct);
        }

        return $"{await hosts[0].VersionAsync(ct)}: {string.Join(", ", hosts.Select(host => host.Name))}";
    }

    private async Task ReplaceAsync(StormHost host, Part replacement, CancellationToken ct)
    {
        await host.RestartAsync(replacement);
        for (var started = Stopwatch.GetTimestamp(); !await ServesAsync(host, ct); await Task.Delay(Interval, ct))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new StormException($"{host.Name} did not come back after a restart.");
        }
    }

    /// <summary>Whether the host is ready and the balancer sends it requests, which it notices at its next check.</summary>
    private async Task<bool> ServesAsync(StormHost host, CancellationToken ct) =>
        await host.IsReadyAsync(ct) && await Balancer.SendsToAsync(run.Statistics, host.Name, ct);

    private IEnumerable<StormHost> Shuffled(SeededRandom dice)
    {
        for (var left = Hosts.ToList(); left.Count > 0;)
        {
            var next = dice.Pick(left);
            left.Remove(next);
            yield return next;
        }
    }

    private IReadOnlyList<string> Command(bool isOther) => isOther ? ["dotnet", settings.Upgrade!.FullName] : Part.HostCommand;

    private Part WithSettings(Part part) => part with { Environment = [.. part.Environment, .. HostSettings.All, ("Management__Key", _managementKey)] };
}
