using System.Net.Http.Json;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>That the vocabulary would be noticed if a cause were an injected fault.</summary>
[Collection(TroubledShop.Name)]
[Trait("Category", "Running")]
public sealed class VocabularyTests(TroubledShop shop)
{
    [Fact]
    public async Task A_fault_of_the_shop_gives_itself_away_in_metrics_spans_lines_and_exceptions()
    {
        var (words, began) = (new Vocabulary(), DateTimeOffset.UtcNow);
        using var on = await shop.Management.PutAsJsonAsync("/ops/faults/exception", new { slice = "ListProducts", @for = "00:01:00" });
        on.IsSuccessStatusCode.ShouldBeTrue(await on.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(async () => await shop.Visitor.GetAsync("/api/products") == 500);
        using var off = await shop.Management.DeleteAsync(new Uri("/ops/faults/exception", UriKind.Relative));

        words.ReadMetrics(await shop.Management.GetStringAsync("/metrics"));
        await Eventually.PassesAsync(async () =>
        {
            await words.ReadAsync(shop.Management, began);
            var unknown = words.Unknown().ToList();
            unknown.ShouldContain("metric: fault_injections_total");
            unknown.ShouldContain("attribute: app.fault");
            unknown.ShouldContain(word => word.StartsWith("template: The fault", StringComparison.Ordinal) || word.StartsWith("event: fault.", StringComparison.Ordinal));
            unknown.ShouldContain(word => word.StartsWith("exception: ", StringComparison.Ordinal));
        });
    }
}
