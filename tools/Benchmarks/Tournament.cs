using System.Globalization;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>A program and the scenario that it is measured in.</summary>
internal sealed record Entry(Contender Contender, Scenario Scenario);

/// <summary>Measures several programs in alternating rounds, so that disturbances of the machine affect all of them.</summary>
internal sealed class Tournament(string name, IReadOnlyList<Entry> entries, Bench bench)
{
    private readonly string _name = name;
    private readonly IReadOnlyList<Entry> _entries = entries;

    /// <summary>Runs the tournaments whose names the settings choose, one after the other, and tells first how long it takes.</summary>
    /// <returns>Whether all requests were served.</returns>
    /// <exception cref="BenchmarkException">The settings choose none.</exception>
    public static async Task<bool> RunAsync(IReadOnlyList<Tournament> tournaments, Bench bench)
    {
        var chosen = tournaments.Where(tournament => tournament._name.Contains(bench.Settings.Scenario, StringComparison.OrdinalIgnoreCase)).ToList();
        if (chosen.Count == 0)
            throw new BenchmarkException($"--scenario: no name holds '{bench.Settings.Scenario}'. There are: {string.Join(", ", tournaments.Select(tournament => tournament._name))}.");

        var runs = chosen.Sum(tournament => tournament._entries.Count);
        var (least, most) = (runs * (Length(bench) + WarmUp.LeastSeconds) / 60.0, runs * (Length(bench) + WarmUp.MostSeconds) / 60.0);
        bench.Progress.Say($"{chosen.Count} scenarios, {chosen[0]._entries.Count} programs. Each program warms up in each scenario until nothing is compiled, {WarmUp.LeastSeconds} to {WarmUp.MostSeconds} s. All of it takes {least:0} to {most:0} minutes.");
        var areServed = true;
        foreach (var tournament in chosen)
            areServed &= await tournament.RunAsync();
        return areServed;
    }

    private static int Length(Bench bench) => bench.Settings.Rounds * bench.Settings.Seconds;

    /// <summary>The first contender is the one that the others are compared with.</summary>
    private async Task<bool> RunAsync()
    {
        Console.WriteLine();
        foreach (var entry in _entries)
            await WarmUp.RunAsync(_name, entry.Contender.Name, entry.Contender.CompiledAsync, seconds => MeasureAsync(entry, seconds), bench);

        var rounds = _entries.ToDictionary(entry => entry, _ => new List<Round>());
        for (var i = 0; i < bench.Settings.Rounds; i++)
        {
            foreach (var entry in _entries)
            {
                bench.Progress.Now($"{_name}: round {i + 1} of {bench.Settings.Rounds}, {entry.Contender.Name}.");
                rounds[entry].Add(await MeasureAsync(entry, bench.Settings.Seconds));
            }
        }

        bench.Progress.Close();

        Console.WriteLine($"{_name,-16} requests/s  ratio to {_entries[0].Contender.Name} (rounds)        CPU µs/request  bytes allocated/request");
        var first = rounds[_entries[0]];
        foreach (var entry in _entries)
        {
            var own = rounds[entry];
            double[] ratios = [.. own.Zip(first, (ours, bare) => ours.PerSecond / bare.PerSecond)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {entry.Contender.Name,-14} {Median(own, round => round.PerSecond),10:0}  {Median(ratios, it => it),5:0.00} ({string.Join(", ", ratios.Select(it => it.ToString("0.00", CultureInfo.InvariantCulture)))}){"",4} {Median(own, round => round.CpuMicroseconds),12:0}  {Median(own, round => round.Allocated),12:0}"));
        }

        var refused = rounds.Values.SelectMany(own => own).Sum(round => round.Refused);
        if (refused > 0)
            Console.WriteLine($"  {refused} answers were not 2xx: the figures are not valid.");
        return refused == 0;
    }

    /// <summary>
    /// Measures a round. CPU time counts until the outbox is empty, since the delivery of an order's events belongs to its cost.
    /// </summary>
    private async Task<Round> MeasureAsync(Entry entry, int seconds)
    {
        var contender = entry.Contender;
        var (cpu, allocated) = (contender.Cpu, await contender.AllocatedAsync());
        Wrk run;
        await using (contender.Scrape())
            run = await Wrk.RunAsync(new(contender.Address), entry.Scenario.Script, bench.Settings.Connections, seconds, bench.Closing);
        if (contender.HasRelay)
            await DrainAsync(contender.ConnectionString, bench.Closing);

        var requests = Math.Max(1, run.Requests);
        return new(run.PerSecond, (contender.Cpu - cpu).TotalMicroseconds / requests, (await contender.AllocatedAsync() - allocated) / requests, run.Refused);
    }

    /// <summary>Returns when the outbox of the orders is empty.</summary>
    public static async Task DrainAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        while (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM orders.outbox)"))
            await Task.Delay(100, ct);
    }

    public static double Median<T>(IEnumerable<T> rounds, Func<T, double> figure)
    {
        double[] figures = [.. rounds.Select(figure).Order()];
        return (figures[(figures.Length - 1) / 2] + figures[figures.Length / 2]) / 2;
    }

    private sealed record Round(double PerSecond, double CpuMicroseconds, double Allocated, long Refused);
}
