using ECommerce.Host;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>Faults become calls: the right ones, to the right people, and they end.</summary>
[Collection(OneBadDay.Name)]
[Trait("Category", "Running")]
public sealed class BadDayTests(BadDay day, ITestOutputHelper output)
{
    // A burn over hours ends hours after its cause: minutes here, for which nobody waits. promtool sees its end.
    private const string Slowly = "BurnsSlowly";

    [Fact]
    public void Nobody_is_called_while_all_is_well() => day.Calls.ShouldNotContain(call => call.At < day.Faults[0].Began);

    /// <summary>An alert, whom it calls, and the modules whose alerts fire.</summary>
    public static TheoryData<string, string, string[]> Expected => new()
    {
        { "AvailabilityBudgetBurnsFast", "pager", [.. ShopModules.Names] },
        { "DatabaseUnreachable", "platform", ["platform"] },
        { "PaymentFailures", "orders", ["orders"] },
        { "StockOuts", "products", ["products"] },
        { "LoginFailuresBurst", "users", ["users"] },
        { "LatencyBudgetBurnsFast", "pager", ["orders"] },
        { "HostDown", "pager", ["platform"] },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void A_fault_calls_the_right_people(string alert, string receiver, string[] modules)
    {
        var calls = day.Calls.Where(call => call.Alert == alert && call.IsFiring).ToList();

        output.WriteLine($"{alert}: {day.Delay(alert).TotalSeconds:F1} s from the fault to the call");
        calls.Select(call => call.Module).Distinct().ShouldBe(
            modules, ignoreOrder: true, $"Each of these modules is asked on this day: Firing/Traffic.cs sends its requests.\n{string.Join('\n', day.Calls)}");
        calls.ShouldAllBe(call => call.Receiver == receiver);
        calls.ShouldAllBe(call => call.Severity == (receiver == "pager" ? "page" : "ticket"));
        calls.ShouldAllBe(call => call.Annotations["summary"].StartsWith(call.Module, StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_that_is_stopped_is_one_page_and_the_ticket_of_its_cause()
    {
        var (stopped, next) = (day.Faults[0], day.Faults[1]);

        // The exporter takes a second to say that it finds no database, a quarter of what it is given. That second is a minute here, and too long.
        var calls = day.Calls.Where(call => call.IsFiring && call.At >= stopped.Began && call.At < next.Began && !IsExporter(call)).ToList();

        calls.Select(call => call.Alert).Distinct().ShouldBe(["AvailabilityBudgetBurnsFast", "DatabaseUnreachable"], ignoreOrder: true, string.Join('\n', calls));
        calls.Where(call => call.Severity == "page").ShouldAllBe(call => call.Labels["slo"] == "availability");
    }

    [Fact]
    public async Task What_a_database_explains_fires_and_is_muted()
    {
        (await day.Prometheus.HadDataAsync("ALERTS{alertname=\"HostNotReady\", alertstate=\"firing\"}", day.Began, day.Ended)).ShouldBeTrue();
        day.Calls.ShouldNotContain(call => call.Alert == "HostNotReady");
    }

    [Fact]
    public void Only_what_customers_feel_is_a_page() =>
        day.Calls.Where(call => call.Receiver == "pager").Select(call => call.Alert).Distinct().ShouldBeSubsetOf(
            ["AvailabilityBudgetBurnsFast", "AvailabilityBudgetBurnsSlowly", "LatencyBudgetBurnsFast", "LatencyBudgetBurnsSlowly", "HostDown"]);

    [Fact]
    public void A_host_that_is_gone_is_one_call() =>
        day.Calls.Where(call => call.IsFiring && call.At >= day.Faults[^1].Began && !call.Alert.EndsWith(Slowly, StringComparison.Ordinal))
            .Select(call => call.Alert).Distinct().ShouldBe(["HostDown"]);

    [Fact]
    public void Every_call_ends() =>
        day.Calls.Where(call => !call.Alert.EndsWith(Slowly, StringComparison.Ordinal)).GroupBy(call => call.Identity)
            .ShouldAllBe(calls => calls.Last().Status == "resolved");

    [Fact]
    public void Every_call_names_a_runbook_that_is_there() =>
        day.Calls.ShouldAllBe(call => File.Exists(Path.Combine(Repository.Root, call.Annotations["runbook_url"])));

    private static bool IsExporter(Call call) => call.Alert == "TargetDown" && call.Labels["job"] == "postgres-exporter";
}
