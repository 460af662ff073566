using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ECommerce.Benchmarks.Topologies;

/// <summary>
/// Compares the topologies, in turn in one run: CPU time per request under as many connections as the settings say, and latency at a fixed
/// rate below saturation. Then measures the price of a call from host to host.
/// </summary>
internal static class TopologyComparison
{
    // A product costs a tenth of an order, and its latency needs more requests to be told from the noise.
    private const int ProductsPerOrder = 5;

    // Six hosts on one machine; the rest is said beside the figures.
    private const int MostWarmUpSeconds = 60;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        var settings = bench.Settings;
        await using var venue = await Venue.OpenAsync(bench);
        await using var shops = new Shops();
        shops.Add(await TopologyShop.MonolithAsync(venue));
        shops.Add(await TopologyShop.ReplicasAsync(venue));
        shops.Add(await TopologyShop.ServicesAsync(venue, "services", build: null));
        if (settings.Before is { } before)
            shops.Add(await TopologyShop.ServicesAsync(venue, "services_before", before.FullName));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {settings.Connections} connections, {settings.Rounds} rounds of {settings.Seconds} s each, in turn; medians."));
        var products = await venue.Contenders[0].ProductsAsync();
        Load[] loads =
        [
            new(await Scenario.GetAsync(venue.Folder, products), settings.Rate * ProductsPerOrder, () => new(HttpMethod.Get, $"/api/products/{Any(products)}")),
            new(await Scenario.OrderAsync(venue.Folder, products, venue.Token), settings.Rate, () => Order(Any(products), venue.Token)),
        ];
        Load[] chosen = [.. loads.Where(load => load.Scenario.Name.Contains(settings.Scenario, StringComparison.OrdinalIgnoreCase))];
        var areServed = true;
        foreach (var load in chosen)
            areServed &= await MeasureAsync(load, shops.All, venue, bench);
        if (chosen.Length > 0)
            await MeasureIdleAsync(shops.All, bench);
        if ("call".Contains(settings.Scenario, StringComparison.OrdinalIgnoreCase))
            await ContractPrice.MeasureAsync(shops.All.Single(shop => shop.Name == "monolith"), [.. shops.All.Where(shop => shop.Membership.Count > 0)], venue.Folder, bench);
        else if (chosen.Length == 0)
            throw new BenchmarkException($"--scenario: no name holds '{settings.Scenario}'. There are: {string.Join(", ", loads.Select(load => load.Scenario.Name))}, call.");
        return areServed;
    }

    private static async Task<bool> MeasureAsync(Load load, IReadOnlyList<TopologyShop> shops, Venue venue, Bench bench)
    {
        Console.WriteLine();
        foreach (var shop in shops)
            await WarmUp.RunAsync(load.Scenario.Name, shop.Name, shop.CompiledAsync, seconds => SaturateAsync(load, shop, seconds, bench), bench, MostWarmUpSeconds);

        List<TopologyRound>[] rounds = [.. shops.Select(_ => new List<TopologyRound>())];
        for (var i = 0; i < bench.Settings.Rounds; i++)
        {
            for (var j = 0; j < shops.Count; j++)
            {
                bench.Progress.Now($"{load.Scenario.Name}: round {i + 1} of {bench.Settings.Rounds}, {shops[j].Name}.");
                rounds[j].Add(await RoundAsync(load, shops[j], venue, bench.Settings.Seconds, bench));
            }
        }

        bench.Progress.Close();
        foreach (var line in TopologyReport.Of(load.Scenario.Name, load.PerSecond, [.. shops.Select((shop, place) => (shop.Name, (IReadOnlyList<TopologyRound>)rounds[place]))]))
            Console.WriteLine(line);
        return rounds.All(own => own.All(round => round.Refused == 0));
    }

    private static async Task<Wrk> SaturateAsync(Load load, TopologyShop shop, int seconds, Bench bench)
    {
        var run = await Wrk.RunAsync(new(shop.Address), load.Scenario.Script, bench.Settings.Connections, seconds, bench.Closing);
        await Tournament.DrainAsync(shop.ConnectionString, bench.Closing);
        return run;
    }

    /// <summary>CPU time counts until the outbox is empty, since the delivery of an order's events belongs to its cost.</summary>
    private static async Task<TopologyRound> RoundAsync(Load load, TopologyShop shop, Venue venue, int seconds, Bench bench)
    {
        await using var scrapes = shop.Scrape();
        var (hosts, postgres, broker, balancer) = (shop.HostsCpu, venue.PostgresCpu, shop.BrokerCpu, shop.BalancerCpu);
        var run = await SaturateAsync(load, shop, seconds, bench);
        var requests = Math.Max(1, run.Requests);
        var (hostsCpu, postgresCpu, brokerCpu, balancerCpu) = (shop.HostsCpu - hosts, venue.PostgresCpu - postgres, shop.BrokerCpu - broker, shop.BalancerCpu - balancer);

        var latencies = await FixedRate.RunAsync(shop.Client, load.Request, load.PerSecond, TimeSpan.FromSeconds(seconds), bench.Closing);
        await Tournament.DrainAsync(shop.ConnectionString, bench.Closing);
        return new(
            run.PerSecond, hostsCpu.TotalMicroseconds / requests, postgresCpu.TotalMicroseconds / requests, brokerCpu.TotalMicroseconds / requests,
            balancerCpu.TotalMicroseconds / requests, latencies, run.Refused + latencies.Refused);
    }

    /// <summary>What hosts cost that nobody uses: their jobs, their scrapes, the health checks of the balancer.</summary>
    private static async Task MeasureIdleAsync(IReadOnlyList<TopologyShop> shops, Bench bench)
    {
        Console.WriteLine();
        Console.WriteLine($"without requests      CPU ms/s: {"hosts",6} {"broker",7} {"haproxy",7}");
        foreach (var shop in shops)
        {
            bench.Progress.Now($"{shop.Name} gets no request for {IdleTime.TotalSeconds} s.");
            await using var scrapes = shop.Scrape();
            var (hosts, broker, balancer) = (shop.HostsCpu, shop.BrokerCpu, shop.BalancerCpu);
            await Task.Delay(IdleTime, bench.Closing);
            bench.Progress.Close();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {shop.Name,-29} {(shop.HostsCpu - hosts) / IdleTime * 1000,6:0} {(shop.BrokerCpu - broker) / IdleTime * 1000,7:0} {(shop.BalancerCpu - balancer) / IdleTime * 1000,7:0}"));
        }
    }

    private static Guid Any(IReadOnlyList<Guid> products) => products[Random.Shared.Next(products.Count)];

    private static HttpRequestMessage Order(Guid product, string token) => new(HttpMethod.Post, "/api/orders")
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        Content = new StringContent($$"""{"lines":[{"productId":"{{product}}","quantity":1}]}""", Encoding.UTF8, "application/json"),
    };

    /// <param name="Scenario">The requests that connections send one after the other.</param>
    /// <param name="PerSecond">The fixed rate.</param>
    /// <param name="Request">Makes a request for it.</param>
    private sealed record Load(Scenario Scenario, int PerSecond, Func<HttpRequestMessage> Request);

    private sealed class Shops : IAsyncDisposable
    {
        private readonly List<TopologyShop> _all = [];

        public IReadOnlyList<TopologyShop> All => _all;

        public void Add(TopologyShop shop) => _all.Add(shop);

        public async ValueTask DisposeAsync()
        {
            foreach (var shop in _all)
                await shop.DisposeAsync();
        }
    }
}
