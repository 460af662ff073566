using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>Measures the memory of a fully observed shop, and whether it grows with the number of requests.</summary>
internal static class Footprint
{
    private const int Looks = 10;
    private const double Megabyte = 1024 * 1024;

    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        var settings = bench.Settings;
        await using var venue = await Venue.OpenAsync(bench);
        var shop = await venue.EnterShopAsync(venue.Steps[^1]);
        var products = await shop.ProductsAsync();
        Scenario[] scenarios =
        [
            await Scenario.GetAsync(venue.Folder, products), await Scenario.ListAsync(venue.Folder, ""), await Scenario.OrderAsync(venue.Folder, products, venue.Token),
        ];

        Console.WriteLine($"{"requests",10}  {"resident MB",12}  {"refused",8}");
        bench.Progress.Say($"{settings.Requests} requests are sent; memory is read {Looks} times.");
        var (requests, refused) = (0L, 0L);
        Tell(requests, shop, refused);
        for (var look = 1; look <= Looks; look++)
        {
            foreach (var scenario in scenarios)
            {
                for (var due = requests + (settings.Requests / Looks / scenarios.Length); requests < due;)
                {
                    bench.Progress.Now($"{scenario.Name}: {requests} of {settings.Requests} requests are sent.");
                    await using var scrapes = shop.Scrape();
                    var run = await Wrk.RunAsync(new(shop.Address), scenario.Script, settings.Connections, 1, bench.Closing);
                    (requests, refused) = (requests + run.Requests, refused + run.Refused);
                }
            }

            bench.Progress.Close();
            Tell(requests, shop, refused);
        }

        return refused == 0;
    }

    private static void Tell(long requests, Contender shop, long refused) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests,10}  {shop.Resident / Megabyte,12:0}  {refused,8}"));
}
