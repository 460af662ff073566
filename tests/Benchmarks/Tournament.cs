using System.Globalization;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>Who takes part, and what it is asked.</summary>
internal sealed record Entry(Contender Contender, Scenario Scenario);

/// <summary>One question, everybody in turn, round by round: what the machine does besides meets all of them.</summary>
internal sealed class Tournament(string name, IReadOnlyList<Entry> entries, Options options)
{
    // Warm is who has nothing more to compile: before that, the program with more code looks slower than it is, and pays for its compiler.
    private const int WarmUpSeconds = 5;
    private const int LeastWarmUpSeconds = 15;
    private const int MostWarmUpSeconds = 150;
    private const int FewMethods = 10;

    /// <summary>The first contender is the one that the others are compared with.</summary>
    public async Task RunAsync()
    {
        Console.WriteLine();
        foreach (var entry in entries)
            await WarmUpAsync(entry);

        var rounds = entries.ToDictionary(entry => entry, _ => new List<Round>());
        for (var i = 0; i < options.Rounds; i++)
        {
            foreach (var entry in entries)
                rounds[entry].Add(await MeasureAsync(entry, options.Seconds));
        }

        Console.WriteLine($"{name,-16} requests/s  ratio to {entries[0].Contender.Name} (rounds)        CPU µs/request  bytes allocated/request");
        var first = rounds[entries[0]];
        foreach (var entry in entries)
        {
            var own = rounds[entry];
            double[] ratios = [.. own.Zip(first, (ours, bare) => ours.PerSecond / bare.PerSecond)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {entry.Contender.Name,-14} {Median(own, round => round.PerSecond),10:0}  {Median(ratios, it => it),5:0.00} ({string.Join(", ", ratios.Select(it => it.ToString("0.00", CultureInfo.InvariantCulture)))}){"",4} {Median(own, round => round.CpuMicroseconds),12:0}  {Median(own, round => round.Allocated),12:0}"));
        }

        if (rounds.Values.SelectMany(own => own).Sum(round => round.Refused) is > 0 and var refused)
            Console.WriteLine($"  {refused} answers were not 2xx: the figures are worth nothing.");
    }

    private async Task WarmUpAsync(Entry entry)
    {
        var contender = entry.Contender;
        var (seconds, compiled, last) = (0, await contender.CompiledAsync(), double.MaxValue);
        while (seconds < MostWarmUpSeconds && (seconds < LeastWarmUpSeconds || last >= FewMethods))
        {
            await MeasureAsync(entry, WarmUpSeconds);
            seconds += WarmUpSeconds;
            (last, compiled) = (await contender.CompiledAsync() - compiled, await contender.CompiledAsync());
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {contender.Name,-14} warm after {seconds} s; {last:0} of {compiled:0} methods compiled in the last {WarmUpSeconds}"));
    }

    /// <summary>CPU counts until the outbox is empty: what an order sets going belongs to the order.</summary>
    private async Task<Round> MeasureAsync(Entry entry, int seconds)
    {
        var contender = entry.Contender;
        var (cpu, allocated) = (contender.Cpu, await contender.AllocatedAsync());
        Wrk run;
        await using (contender.Scrape())
            run = await Wrk.RunAsync(new(contender.Address), entry.Scenario.Script, options.Connections, seconds);
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
