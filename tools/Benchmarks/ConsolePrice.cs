using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Benchmarks.Topologies;

namespace ECommerce.Benchmarks;

/// <summary>
/// Measures the price of the console: throughput, processor time and allocation of the shop without it and with it closed, and the processor
/// time and memory of a page that is open in a browser while requests arrive at a fixed rate.
/// </summary>
internal static partial class ConsolePrice
{
    private const int PerSecond = 2000;
    private const string Browser = "chromium";
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(15);

    // In Development the start banner has the link with which the browser signs in.
    private static readonly (string, string) Development = ("ASPNETCORE_ENVIRONMENT", "Development");

    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        await using var venue = await Venue.OpenAsync(bench);
        var without = await venue.EnterShopAsync(new("without", true, Development, ("Console__Enabled", "false")));
        var closed = await venue.EnterShopAsync(new("closed", true, Development));
        var open = await venue.EnterShopAsync(new("open", true, Development));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {bench.Settings.Connections} connections, {bench.Settings.Rounds} rounds of {bench.Settings.Seconds} s each, in turn; medians."));
        var products = await without.ProductsAsync();
        Scenario[] scenarios = [await Scenario.GetAsync(venue.Folder, products), await Scenario.OrderAsync(venue.Folder, products, venue.Token)];
        var areServed = await Tournament.RunAsync(
            [.. scenarios.Select(scenario => new Tournament(scenario.Name, [new(without, scenario), new(closed, scenario)], bench))], bench);
        return await OpenAsync(bench, without, closed, open, products) && areServed;
    }

    private static async Task<bool> OpenAsync(Bench bench, Contender without, Contender closed, Contender open, IReadOnlyList<Guid> products)
    {
        var profile = Directory.CreateTempSubdirectory("ecommerce-bench-browser-");
        string[] options = ["--headless", "--no-sandbox", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", LinkOf(open)];
        using var browser = Process.Start(new ProcessStartInfo(Browser, options) { RedirectStandardError = true })!;
        try
        {
            bench.Progress.Say($"{Browser} opens the overview.");
            await Task.Delay(Opening, bench.Closing);
            Contender[] all = [without, closed, open];
            var cores = all.ToDictionary(one => one, _ => new List<double>());
            var refused = 0;
            using var client = new HttpClient();
            // The first round is not counted: code that runs for the first time is compiled, and what was compiled in haste is compiled again.
            for (var round = 0; round <= bench.Settings.Rounds; round++)
            {
                foreach (var contender in all)
                {
                    bench.Progress.Now($"{PerSecond} requests a second: {(round == 0 ? "warm-up" : $"round {round} of {bench.Settings.Rounds}")}, {contender.Name}.");
                    var (cpu, started) = (contender.Cpu, Stopwatch.GetTimestamp());
                    var length = round == 0 ? Opening : TimeSpan.FromSeconds(bench.Settings.Seconds);
                    refused += (await FixedRate.RunAsync(client, () => Request(contender, products), PerSecond, length, bench.Closing)).Refused;
                    if (round > 0)
                        cores[contender].Add((contender.Cpu - cpu) / Stopwatch.GetElapsedTime(started));
                }
            }
            bench.Progress.Close();
            Console.WriteLine($"{PerSecond} requests a second    % of a core (rounds)    resident MB");
            foreach (var contender in all)
            {
                var rounds = string.Join(", ", cores[contender].Select(share => (share * 100).ToString("0", CultureInfo.InvariantCulture)));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {contender.Name,-14} {Tournament.Median(cores[contender], share => share * 100),12:0.0} ({rounds})  {contender.Resident / 1e6,8:0}"));
            }
            return refused == 0;
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
            profile.Delete(recursive: true);
        }
    }

    private static HttpRequestMessage Request(Contender contender, IReadOnlyList<Guid> products) =>
        new(HttpMethod.Get, new Uri($"{contender.Address}/api/products/{products[Random.Shared.Next(products.Count)]}"));

    private static string LinkOf(Contender contender) => Link().Match(contender.Words()) is { Success: true } link
        ? link.Value
        : throw new BenchmarkException($"'{contender.Name}' did not print the console's link.");

    [GeneratedRegex(@"http\S+/console/sign-in\?token=\S+")]
    private static partial Regex Link();
}
