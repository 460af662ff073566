using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>
/// The shop, observed in more and more ways, against its bare twin: the same requests in turn, round by round in one run, so that the ratio
/// holds when the machine's speed drifts.
/// </summary>
internal static class Comparison
{
    public static async Task RunAsync(Options options)
    {
        await using var venue = await Venue.OpenAsync();
        var twin = await venue.EnterTwinAsync();
        foreach (var watching in options.IsShort ? [venue.Steps[^1]] : venue.Steps)
            await venue.EnterShopAsync(watching);
        if (options.Before.Length > 0)
            await venue.EnterShopAsync(venue.Steps[^1] with { Name = "before" }, options.Before);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {options.Connections} connections, {options.Rounds} rounds of {options.Seconds} s each, in turn; medians."));
        if (!options.IsShort)
            await Instruments.RunAsync();
        var products = await twin.ProductsAsync();
        Scenario[] scenarios =
        [
            await Scenario.GetAsync(venue.Folder, products), await Scenario.ListAsync(venue.Folder, ""), await Scenario.OrderAsync(venue.Folder, products, venue.Token),
        ];
        foreach (var scenario in scenarios.Where(scenario => scenario.Name.Contains(options.Scenario, StringComparison.OrdinalIgnoreCase)))
            await new Tournament(scenario.Name, [.. venue.Contenders.Select(contender => new Entry(contender, scenario))], options).RunAsync();
    }
}
