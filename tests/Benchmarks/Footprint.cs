using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>What a fully observed shop has in memory, and whether it stays: after each of so many requests, a third of each kind.</summary>
internal static class Footprint
{
    private const int Looks = 10;
    private const double Megabyte = 1024 * 1024;

    public static async Task RunAsync(Options options)
    {
        await using var venue = await Venue.OpenAsync();
        var shop = await venue.EnterShopAsync(venue.Steps[^1]);
        var products = await shop.ProductsAsync();
        Scenario[] scenarios =
        [
            await Scenario.GetAsync(venue.Folder, products), await Scenario.ListAsync(venue.Folder, ""), await Scenario.OrderAsync(venue.Folder, products, venue.Token),
        ];

        Console.WriteLine($"{"requests",10}  {"resident MB",12}  {"refused",8}");
        var (requests, refused) = (0L, 0L);
        Tell(requests, shop, refused);
        for (var look = 1; look <= Looks; look++)
        {
            foreach (var scenario in scenarios)
            {
                for (var due = requests + (options.Requests / Looks / scenarios.Length); requests < due;)
                {
                    await using var scrapes = shop.Scrape();
                    var run = await Wrk.RunAsync(new(shop.Address), scenario.Script, options.Connections, 1);
                    (requests, refused) = (requests + run.Requests, refused + run.Refused);
                }
            }

            Tell(requests, shop, refused);
        }
    }

    private static void Tell(long requests, Contender shop, long refused) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests,10}  {shop.Resident / Megabyte,12:0}  {refused,8}"));
}
