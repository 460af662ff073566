using System.Globalization;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>One scenario, everybody in turn, round by round: what the machine does besides meets all of them.</summary>
internal sealed class Tournament(Scenario scenario, IReadOnlyList<Contender> contenders, Options options)
{
    // Long enough for the hot methods to be compiled a second time: before that, the program with more code looks slower than it is.
    private const int WarmUpSeconds = 15;

    /// <summary>The first contender is the one that the others are compared with.</summary>
    public async Task RunAsync()
    {
        foreach (var contender in contenders)
            await MeasureAsync(contender, WarmUpSeconds);

        var rounds = contenders.ToDictionary(contender => contender, _ => new List<Round>());
        for (var i = 0; i < options.Rounds; i++)
        {
            foreach (var contender in contenders)
                rounds[contender].Add(await MeasureAsync(contender, options.Seconds));
        }

        Console.WriteLine($"\n{scenario.Name,-16} requests/s  ratio to twin (rounds)        CPU µs/request  bytes allocated/request");
        var twins = rounds[contenders[0]];
        foreach (var contender in contenders)
        {
            var own = rounds[contender];
            double[] ratios = [.. own.Zip(twins, (ours, bare) => ours.PerSecond / bare.PerSecond)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {contender.Name,-14} {Median(own, round => round.PerSecond),10:0}  {Median(ratios, it => it),5:0.00} ({string.Join(", ", ratios.Select(it => it.ToString("0.00", CultureInfo.InvariantCulture)))}){"",4} {Median(own, round => round.CpuMicroseconds),12:0}  {Median(own, round => round.Allocated),12:0}"));
        }

        if (rounds.Values.SelectMany(own => own).Sum(round => round.Refused) is > 0 and var refused)
            Console.WriteLine($"  {refused} answers were not 2xx: the figures are worth nothing.");
    }

    /// <summary>CPU counts until the outbox is empty: what an order sets going belongs to the order.</summary>
    private async Task<Round> MeasureAsync(Contender contender, int seconds)
    {
        var (cpu, allocated) = (contender.Cpu, await contender.AllocatedAsync());
        Wrk run;
        await using (contender.Scrape())
            run = await Wrk.RunAsync(new(contender.Address), scenario.Script, options.Connections, seconds);
        if (contender.HasRelay)
            await DrainAsync(contender);

        var requests = Math.Max(1, run.Requests);
        return new(run.PerSecond, (contender.Cpu - cpu).TotalMicroseconds / requests, (await contender.AllocatedAsync() - allocated) / requests, run.Refused);
    }

    private static async Task DrainAsync(Contender shop)
    {
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        while (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM orders.outbox)"))
            await Task.Delay(100);
    }

    private static double Median<T>(IEnumerable<T> rounds, Func<T, double> figure)
    {
        double[] figures = [.. rounds.Select(figure).Order()];
        return (figures[(figures.Length - 1) / 2] + figures[figures.Length / 2]) / 2;
    }

    private sealed record Round(double PerSecond, double CpuMicroseconds, double Allocated, long Refused);
}
