using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>
/// Compares the shop, at increasing levels of observability, with its bare twin: the same requests in alternating rounds of one run, so
/// that the ratio holds when the machine's speed drifts.
/// </summary>
internal static class Comparison
{
    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        var settings = bench.Settings;
        await using var venue = await Venue.OpenAsync(bench);
        var twin = await venue.EnterTwinAsync();
        foreach (var watching in settings.IsShort ? [venue.Steps[^1]] : venue.Steps)
            await venue.EnterShopAsync(watching);
        if (settings.Before is { } before)
            await venue.EnterShopAsync(venue.Steps[^1] with { Name = "before" }, before.FullName);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {settings.Connections} connections, {settings.Rounds} rounds of {settings.Seconds} s each, in turn; medians."));
        if (!settings.IsShort)
            await Instruments.RunAsync(bench);
        var products = await twin.ProductsAsync();
        Scenario[] scenarios =
        [
            await Scenario.GetAsync(venue.Folder, products), await Scenario.ListAsync(venue.Folder, ""), await Scenario.OrderAsync(venue.Folder, products, venue.Token),
        ];
        return await Tournament.RunAsync(
            [.. scenarios.Select(scenario => new Tournament(scenario.Name, [.. venue.Contenders.Select(contender => new Entry(contender, scenario))], bench))], bench);
    }
}
