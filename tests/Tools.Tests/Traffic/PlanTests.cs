using ECommerce.Traffic;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>Who comes when is known before the shop is asked anything.</summary>
public sealed class PlanTests
{
    private const double Rate = 50;

    private static readonly Dictionary<string, double> Mix = Journeys.All.ToDictionary(journey => journey.Name, journey => journey.Weight);

    [Fact]
    public void The_same_seed_plans_the_same_journeys()
    {
        Planned(seed: 1).ShouldBe(Planned(seed: 1));
        Planned(seed: 1).ShouldNotBe(Planned(seed: 2));
    }

    [Fact]
    public void The_chances_of_a_journey_are_its_own()
    {
        var (first, second) = (new SeededRandom(Planned(seed: 1)[0].Seed), new SeededRandom(Planned(seed: 1)[0].Seed));

        Throws(first).ShouldBe(Throws(second));
        Throws(new(Planned(seed: 1)[1].Seed)).ShouldNotBe(Throws(new(Planned(seed: 1)[0].Seed)));
    }

    [Fact]
    public void Customers_arrive_at_the_rate_and_in_bursts_as_strangers_do()
    {
        var visits = Planned(seed: 3);
        double[] gaps = [.. visits.Zip(visits.Skip(1), (earlier, later) => (later.At - earlier.At).TotalSeconds)];
        var mean = gaps.Average();

        mean.ShouldBe(1 / Rate, tolerance: 0.1 / Rate);
        // Of a Poisson process, and of no metronome: the gaps spread as widely as they are long.
        Math.Sqrt(gaps.Average(gap => Math.Pow(gap - mean, 2))).ShouldBe(mean, tolerance: 0.1 * mean);
    }

    [Fact]
    public void Journeys_come_by_their_weights_and_those_of_the_admin_only_with_one()
    {
        var visits = Planned(seed: 4);
        var heads = visits.CountBy(visit => visit.Journey.Name).ToDictionary();
        var weights = Journeys.All.Where(journey => !journey.NeedsAdmin).Sum(journey => journey.Weight);

        ((double)heads["browse"]).ShouldBe(visits.Length * Journeys.Browse.Weight / weights, tolerance: visits.Length / 20.0);
        heads.ShouldNotContainKey("restock");
        Plan.Of(4, Rate, Mix, hasAdmin: true).Take(visits.Length).ShouldContain(visit => visit.Journey.NeedsAdmin);
    }

    private static Visit[] Planned(int seed) => [.. Plan.Of(seed, Rate, Mix, hasAdmin: false).Take(5000)];

    private static int[] Throws(SeededRandom dice) => [.. Enumerable.Range(0, 20).Select(_ => dice.Between(1, 1000))];
}
