using System.Net;
using System.Text.RegularExpressions;

namespace ECommerce.Host.Tests.Operations;

/// <summary>An order in the console: from its request across the outbox to what handles its events, in one picture.</summary>
public sealed partial class ConsoleStoryTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task The_story_of_an_order_has_its_requests_the_relay_and_the_handlers_of_its_events()
    {
        var order = await shop.Given.APaidOrderAsync();

        var story = await Eventually.GetAsync(async () => await StoryAsync(order.Id) is { } page && page.Contains("process OrderPaid", StringComparison.Ordinal) ? page : null);

        foreach (var name in new[] { "POST /api/orders/{id}/pay", "relay orders", "send OrderPlaced", "process OrderPlaced", "send OrderPaid", "process OrderPaid" })
            story.ShouldContain($">{name}", Case.Sensitive);
        Regex.Count(story, "class=\"arrow\"").ShouldBeGreaterThanOrEqualTo(2, "one for each event");
    }

    private async Task<string?> StoryAsync(Guid order)
    {
        using var client = new HttpClient { BaseAddress = shop.Management.BaseAddress, DefaultRequestHeaders = { { "X-Management-Key", shop.ManagementKey } } };
        var found = await client.GetStringAsync($"/ops/api/traces?filter=name:PlaceOrder%20attr.app.order.id:{order}");
        return TraceId().Match(found) is { Success: true } trace ? WebUtility.HtmlDecode(await client.GetStringAsync($"/console/traces/{trace.Groups["id"].Value}?view=story")) : null;
    }

    [GeneratedRegex("\"traceId\":\"(?<id>[0-9a-f]{32})\"", RegexOptions.ExplicitCapture)]
    private static partial Regex TraceId();
}
