using System.Globalization;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>One scenario, shop and twin in turn.</summary>
internal sealed class Duel(Scenario scenario, Contender shop, Contender twin, Options options)
{
    private const int WarmUpSeconds = 3;

    public async Task RunAsync()
    {
        foreach (var contender in (Contender[])[shop, twin])
            await MeasureAsync(contender, WarmUpSeconds);

        List<Round> shops = [], twins = [];
        for (var i = 0; i < options.Rounds; i++)
        {
            shops.Add(await MeasureAsync(shop, options.Seconds));
            twins.Add(await MeasureAsync(twin, options.Seconds));
        }

        var ratios = shops.Zip(twins, (ours, bare) => ours.PerSecond / bare.PerSecond).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {scenario.Name}
              shop  {Median(shops, round => round.PerSecond),8:0} requests/s  {Median(shops, round => round.CpuMicroseconds),6:0} µs CPU a request
              twin  {Median(twins, round => round.PerSecond),8:0} requests/s  {Median(twins, round => round.CpuMicroseconds),6:0} µs CPU a request
              ratio {Median(ratios),8:0.00} of the twin's throughput ({string.Join(", ", ratios.Select(ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture)))})
            """));
        if (shops.Concat(twins).Sum(round => round.Refused) is > 0 and var refused)
            Console.WriteLine($"  {refused} answers were not 2xx: the figures are worth nothing.");
    }

    /// <summary>CPU counts until the outbox is empty: what an order sets going belongs to the order.</summary>
    private async Task<Round> MeasureAsync(Contender contender, int seconds)
    {
        var before = contender.Cpu;
        var run = await Wrk.RunAsync(new(contender.Address), scenario.Script, options.Connections, seconds);
        if (contender == shop)
            await DrainAsync();
        return new(run.PerSecond, (contender.Cpu - before).TotalMicroseconds / Math.Max(1, run.Requests), run.Refused);
    }

    private async Task DrainAsync()
    {
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        while (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM orders.outbox)"))
            await Task.Delay(100);
    }

    private static double Median(IEnumerable<Round> rounds, Func<Round, double> figure) => Median([.. rounds.Select(figure)]);

    private static double Median(List<double> figures)
    {
        figures.Sort();
        return figures.Count % 2 == 1 ? figures[figures.Count / 2] : (figures[(figures.Count / 2) - 1] + figures[figures.Count / 2]) / 2;
    }

    private sealed record Round(double PerSecond, double CpuMicroseconds, long Refused);
}
