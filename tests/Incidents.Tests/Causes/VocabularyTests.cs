using System.Net.Http.Json;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>That the vocabulary would show it if a cause were an injected fault. The shop of the causes must not see one.</summary>
public sealed class VocabularyTests
{
    [Fact]
    public async Task A_fault_of_the_shop_gives_itself_away_in_metrics_spans_lines_and_exceptions()
    {
        await using var shop = await OwnShop.StartAsync();
        var (words, began) = (new Vocabulary(), DateTimeOffset.UtcNow);
        words.ReadMetrics(await shop.Management.GetStringAsync("/metrics"));
        words.Unknown().ShouldBeEmpty();

        using var on = await shop.Operator.PutAsJsonAsync("/ops/faults/exception", new { slice = "ListProducts" });
        on.IsSuccessStatusCode.ShouldBeTrue(await on.Content.ReadAsStringAsync());
        (await shop.GetAsync("/api/products")).Status.ShouldBe(500);

        words.ReadMetrics(await shop.Management.GetStringAsync("/metrics"));
        string[] telling =
        [
            "metric: fault_active", "metric: fault_injections_total", "attribute: app.fault", "event: fault.held", "exception: ECommerce.Faults.InjectedFaultException",
        ];
        await Eventually.PassesAsync(async () =>
        {
            await words.ReadAsync(shop.Operator, began);
            telling.Except(words.Unknown()).ShouldBeEmpty(string.Join(", ", words.Unknown()));
        });
    }
}
