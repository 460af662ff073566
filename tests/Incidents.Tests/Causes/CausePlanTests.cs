using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Releases;
using ECommerce.Incidents.Running;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>What the causes say of themselves, for many seeds and without running any.</summary>
public sealed class CausePlanTests
{
    private static readonly string Telemetry = File.ReadAllText(Repository.PathOf("docs/telemetry.md"));

    public static TheoryData<string> AllMechanisms => [.. CauseList.All.Select(cause => cause.Mechanism)];

    [Fact]
    public void Each_mechanism_has_one_cause_and_two_have_none()
    {
        CauseList.All.Select(cause => cause.Mechanism).ShouldBe(
            Mechanisms.All.Except([Mechanisms.None]), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(AllMechanisms))]
    public void A_plan_is_in_the_closed_vocabulary_and_says_where_it_is_seen_and_how_it_is_cured(string mechanism)
    {
        var cause = CauseList.Of(mechanism);
        for (var seed = 0; seed < 50; seed++)
        {
            var plan = cause.Plan(new SeededRandom(seed), seed / 50d);
            plan.Mechanism.ShouldBe(mechanism);
            ShopMap.Places.ShouldContain(plan.Place);
            Scopes.Names.ShouldContain(plan.Scope);
            (plan.Target is null).ShouldBe(plan.Scope is Scopes.All or Scopes.Nobody);
            cause.Cures(plan).ShouldNotBeEmpty();
            cause.Path(plan).Count.ShouldBeGreaterThanOrEqualTo(3);
            cause.Path(plan).Concat(cause.Cures(plan)).Concat(cause.Signals(plan).Select(signal => signal.Reading)).ShouldAllBe(text => text.EndsWith('.'));
            foreach (var signal in cause.Signals(plan).Where(signal => signal.Kind is SignalKinds.Metric or SignalKinds.Log))
                (Telemetry.Contains($"`{signal.Name}`") || signal.Name.StartsWith("dotnet_", StringComparison.Ordinal) || signal.Name.StartsWith("db_client_", StringComparison.Ordinal))
                    .ShouldBeTrue(signal.Name);
        }
    }

    [Theory]
    [MemberData(nameof(AllMechanisms))]
    public void The_same_seed_plans_the_same(string mechanism)
    {
        var cause = CauseList.Of(mechanism);
        string Once() => System.Text.Json.JsonSerializer.Serialize(Enumerable.Range(0, 20).Select(seed => cause.Plan(new SeededRandom(seed), 0.5)));
        Once().ShouldBe(Once());
    }

    [Fact]
    public async Task Every_patch_fits_the_sources_and_belongs_to_a_cause()
    {
        var used = CauseList.All.SelectMany(cause => Enumerable.Range(0, 50).Select(seed => cause.Plan(new SeededRandom(seed), 0.5)))
            .Where(plan => plan.Details.ContainsKey("patch")).Select(plan => plan.Details["patch"]).Distinct();
        Builds.Patches.ShouldBe(used, ignoreOrder: true);
        var folder = Directory.CreateTempSubdirectory("ec-patches-");
        try
        {
            foreach (var patch in Builds.Patches)
            {
                var diff = UnifiedDiff.Parse(await File.ReadAllTextAsync(Repository.PathOf($"tools/Incidents/Releases/{patch}.patch")));
                Repository.Copy(folder.FullName, diff.Files);
                await diff.ApplyAsync(folder.FullName, CancellationToken.None);
                diff.Files.ShouldAllBe(file => File.ReadAllText(Path.Combine(folder.FullName, file)) != File.ReadAllText(Repository.PathOf(file)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_patch_of_other_sources_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("ec-patches-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.cs"), "one\ntwo\n");
            var diff = UnifiedDiff.Parse("--- a/a.cs\n+++ b/a.cs\n@@ -1,2 +1,2 @@\n one\n-three\n+four\n");
            (await Should.ThrowAsync<InvalidDataException>(() => diff.ApplyAsync(folder.FullName, CancellationToken.None))).Message.ShouldContain("a.cs");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
