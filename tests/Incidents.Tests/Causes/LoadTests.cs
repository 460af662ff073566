using ECommerce.Incidents.Model;
using static ECommerce.Incidents.Tests.Causes.TroubledShop;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>Causes that need all processors: load, and programs beside the host.</summary>
[Collection(TroubledShop.Name)]
[Trait("Category", "Running")]
public sealed class LoadTests(TroubledShop shop)
{
    private Visitor Visitor => shop.Visitor;

    // Hashing is computing: with a processor of its own a login takes hardly longer than the time of the processor that it uses.
    [IncidentFact]
    public Task Other_programs_take_the_processors() => shop.IsNoticedAsync(
        new(Mechanisms.ProcessorContention, ShopMap.Processor, Scopes.All, null, 1),
        async () =>
        {
            var before = await shop.MetricsAsync();
            for (var i = 0; i < 3; i++)
                await Visitor.FailToLogInAsync();
            var after = await shop.MetricsAsync();
            double Grown(string family, string labels = "") => Sum(after, family, labels) - Sum(before, family, labels);
            return Grown("http_request_duration_seconds_sum", "login") > 1.7 * Grown("process_cpu_seconds_total");
        });

    [IncidentFact]
    public Task Many_customers_come() => shop.IsNoticedAsync(
        new(Mechanisms.FlashSale, ShopMap.Customers, Scopes.All, null, 0),
        async () => await shop.GrowthAsync("orders_placed_total", "", () => Visitor.FailToLogInAsync()) > 0);

    [IncidentFact]
    public async Task A_retry_storm_stays_after_its_trigger()
    {
        async Task<double> GivenUpAsync() => await shop.GrowthAsync("http_requests_total", "login.*status=\"(499|429)\"", async () =>
        {
            for (var i = 0; i < 20; i++)
                await Visitor.GetAsync("/api/products");
            await Visitor.FailToLogInAsync();
        });
        // The database has been well since before the first round: the repetitions alone keep it up.
        async Task<bool> StaysAsync()
        {
            for (var round = 0; round < 10; round++)
            {
                if (await GivenUpAsync() <= 3)
                    return false;
            }

            return true;
        }

        await shop.IsNoticedAsync(new(Mechanisms.RetryStorm, "users/Login", Scopes.Client, "203.0.113.40", 0.5), StaysAsync);
    }
}
