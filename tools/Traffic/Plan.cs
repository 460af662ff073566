namespace ECommerce.Traffic;

/// <summary>One customer who will come.</summary>
/// <param name="Number">From 1, in the order of arrival.</param>
/// <param name="At">After the start of the run.</param>
/// <param name="Seed">Of all chances on the way: pauses, choices, names. They are the visit's own, so that nobody's depend on how fast others are served.</param>
internal sealed record Visit(int Number, TimeSpan At, Journey Journey, int Seed);

/// <summary>
/// Who comes when, and to do what: a Poisson process, and a pure function of its arguments. It never looks at the shop, so a slow shop
/// does not slow the arrivals down.
/// </summary>
internal static class Plan
{
    /// <returns>Visits without end.</returns>
    public static IEnumerable<Visit> Of(int seed, double rate, IReadOnlyDictionary<string, double> mix, bool hasAdmin)
    {
        var dice = new SeededRandom(seed);
        Journey[] journeys = [.. Journeys.All.Where(journey => mix.ContainsKey(journey.Name) && (hasAdmin || !journey.NeedsAdmin))];
        var gap = TimeSpan.FromSeconds(1 / rate);
        var at = TimeSpan.Zero;
        for (var number = 1; ; number++)
        {
            at += dice.Exponential(gap);
            yield return new(number, at, dice.Pick(journeys, journey => mix[journey.Name]), dice.NextSeed());
        }
    }
}
