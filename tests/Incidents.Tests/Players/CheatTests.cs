using System.Globalization;
using ECommerce.Incidents.Planning;
using ECommerce.Incidents.Players;

namespace ECommerce.Incidents.Tests.Players;

/// <summary>Whoever looks at no signal has few points, over all seeds.</summary>
public sealed class CheatTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Started = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_player_that_cheats_has_less_than_twenty_points(int level)
    {
        Plan[] plans = [.. Enumerable.Range(1, 500).Select(seed => Plan.From(seed, level))];
        foreach (var cheat in Cheat.All(plans, Pace.Usual))
        {
            var mean = plans.Average(plan => cheat.Play(plan, Pace.Usual, Started).Total);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"level {level}: {cheat.Name}: {mean:0.0}"));
            mean.ShouldBeLessThan(20, cheat.Name);
        }
    }

    [Fact]
    public void The_same_answer_has_the_same_score_ten_times()
    {
        Plan[] plans = [.. Enumerable.Range(1, 50).Select(seed => Plan.From(seed, 2))];
        foreach (var cheat in Cheat.All(plans, Pace.Usual))
        {
            Enumerable.Range(0, 10).Select(_ => string.Join(' ', plans.Select(plan => cheat.Play(plan, Pace.Usual, Started))))
                .Distinct().ShouldHaveSingleItem();
        }
    }
}
