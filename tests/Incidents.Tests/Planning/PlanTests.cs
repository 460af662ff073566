using System.Text.Json;
using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Operating;
using ECommerce.Incidents.Planning;

namespace ECommerce.Incidents.Tests.Planning;

public sealed class PlanTests
{
    private static readonly Plan[] Fifty = [.. Enumerable.Range(1, 50).Select(seed => Plan.From(seed, 2))];

    [Fact]
    public void The_same_seed_gives_the_same_plan_ten_times()
    {
        foreach (var seed in Enumerable.Range(1, 50))
            Enumerable.Range(0, 10).Select(_ => JsonSerializer.Serialize(Plan.From(seed, 2))).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Fifty_seeds_differ_in_kind_over_more_than_fifteen_mechanisms()
    {
        Fifty.SelectMany(plan => plan.Causes).Select(cause => cause.Mechanism).Distinct().Count().ShouldBeGreaterThanOrEqualTo(15);
        Fifty.Where(plan => plan.IsWrong).Select(plan => JsonSerializer.Serialize(plan.Causes)).ShouldBeUnique();
    }

    [Fact]
    public void Nothing_is_wrong_in_one_of_ten_and_two_causes_meet_in_one_of_ten()
    {
        Fifty.Count(plan => plan.Causes.Count == 0).ShouldBe(5);
        Fifty.Count(plan => plan.Causes.Count == 2).ShouldBe(5);
    }

    [Fact]
    public void Every_plan_is_in_the_closed_vocabulary()
    {
        foreach (var cause in Enumerable.Range(1, 200).SelectMany(seed => Plan.From(seed, 1 + (seed % 3)).Causes))
        {
            Mechanisms.All.ShouldContain(cause.Mechanism);
            ShopMap.Places.ShouldContain(cause.Place);
            Scopes.Names.ShouldContain(cause.Scope);
            (cause.Target is null).ShouldBe(cause.Scope is Scopes.All or Scopes.Nobody, $"{cause.Mechanism} has the scope {cause.Scope} and the target {cause.Target}");
            cause.Size.ShouldBeInRange(0, 1);
        }
    }

    [Fact]
    public void A_higher_level_has_smaller_causes_and_more_decoys()
    {
        double Mean(int level, Func<Plan, double> value) => Enumerable.Range(1, 100).Select(seed => Plan.From(seed, level)).Average(value);
        double[] sizes = [.. Enumerable.Range(1, 3).Select(level => Mean(level, plan => plan.Causes.Sum(cause => cause.Size)))];
        double[] decoys = [.. Enumerable.Range(1, 3).Select(level => Mean(level, plan => plan.Decoys.Count))];
        sizes.ShouldBe(sizes.OrderDescending());
        decoys.ShouldBe(decoys.Order());
    }

    [Fact]
    public void The_page_names_every_mechanism_with_its_meaning_and_every_command()
    {
        var page = File.ReadAllText(Repository.PathOf("docs/incidents.md"));
        foreach (var (mechanism, meaning) in Mechanisms.Meanings)
            page.ShouldContain($"| `{mechanism}` | {meaning} |");
        foreach (var command in OperatorDesk.Usage.Split('\n').Select(line => line.Split(' ')[1]))
            page.ShouldContain($"`act {command}");
    }

    [Fact]
    public void Every_cause_tells_how_it_is_found_and_cured()
    {
        foreach (var cause in CauseList.All)
        {
            var plan = cause.Plan(new(1), 0.5);
            plan.Mechanism.ShouldBe(cause.Mechanism);
            cause.Cures(plan).ShouldNotBeEmpty(cause.Mechanism);
            cause.Signals(plan).ShouldNotBeEmpty(cause.Mechanism);
            cause.Path(plan).ShouldNotBeEmpty(cause.Mechanism);
        }
    }
}
