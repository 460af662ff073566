using System.Text.Json;
using ECommerce.Host;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>A real shop and its customers agree about what happened.</summary>
public sealed class RealShopTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private static readonly string[] Admin = ["--admin-email", Given.AdminEmail, "--admin-password", Given.AdminPassword];

    [Fact]
    public async Task The_report_is_what_the_shop_has_counted_and_the_journal_is_what_it_has_written()
    {
        foreach (var stock in (int[])[0, 4, 500, 500])
            await shop.Given.AProductAsync(stock, name: "Espresso machine with lever");
        var (before, began) = (await shop.MetricsAsync(), DateTime.UtcNow); // other tests of the class have customers, too

        var outcome = await Outcome.OfAsync(shop.Public.BaseAddress!,
            [.. Admin, "--rate", "60", "--for", "2s", "--think", "20ms", "--mix", "browse=1,buy=6,look-back=1,change-mind=2,join=1,restock=1", "--p95", "1m", "--errors", "0%"]);

        outcome.Error.ShouldBeEmpty();
        outcome.ExitCode.ShouldBe(0, outcome.Output);
        var business = outcome.Report.GetProperty("business");
        business.GetProperty("placed").GetInt32().ShouldBeGreaterThan(20);
        await Eventually.PassesAsync(async () =>
        {
            var since = (await shop.MetricsAsync()).Since(before);
            double Count(string series) => since.Where(grown => grown.Key.StartsWith(series, StringComparison.Ordinal)).Sum(grown => grown.Value);
            Count("http_requests_total{").ShouldBe(outcome.Requests);
            foreach (var module in ShopModules.Names)
                Count($"http_requests_total{{service=\"{module}-service\"").ShouldBeGreaterThan(0, $"No journey of the traffic leads to {module}: add a step to one of them in Journeys.cs.");
            Count("orders_placed_total").ShouldBe(business.GetProperty("placed").GetInt32());
            Count("""orders_transitions_total{from="placed",to="cancelled"}""").ShouldBe(LinesOf(outcome, "cancelled") - CancelledAfterPaying(outcome));
        });

        var rows = (await shop.RowsAsync("SELECT id, user_id, total, status FROM orders.orders WHERE placed_at >= @began", new { began })).ToDictionary(row => (Guid)row["id"]!);
        var stories = outcome.Orders.GroupBy(line => line.GetProperty("orderId").GetGuid()).ToDictionary(story => story.Key, story => story.ToArray());
        stories.Keys.ShouldBe(rows.Keys, ignoreOrder: true);
        foreach (var (order, lines) in stories)
        {
            lines[0].GetProperty("status").GetString().ShouldBe("placed");
            lines.ShouldAllBe(line => line.GetProperty("amount").GetDecimal() == (decimal)rows[order]["total"]!);
            lines.ShouldAllBe(line => line.GetProperty("userId").GetGuid() == (Guid)rows[order]["user_id"]!);
            if (lines.All(line => line.GetProperty("status").GetString() != "payment_pending"))
                lines[^1].GetProperty("status").GetString().ShouldBe((string)rows[order]["status"]!);
        }

        outcome.Sent.Count.ShouldBe(outcome.Requests);
        outcome.Sent.Where(request => request.GetProperty("operation").GetString() == "PayOrder").ShouldAllBe(request => request.GetProperty("route").GetString() == "/api/orders/:id/pay");
        var users = (await shop.RowsAsync("SELECT id FROM users.users WHERE role = 'customer' AND created_at >= @began", new { began })).Select(row => (Guid)row["id"]!);
        IdsOf(outcome, "user", "userId").ShouldBe(users, ignoreOrder: true);
        var deliveries = (await shop.RowsAsync("SELECT id FROM products.stock_adjustments WHERE reason LIKE 'Delivery from %' AND at >= @began", new { began })).Select(row => (Guid)row["id"]!);
        IdsOf(outcome, "stock", "key").ShouldBe(deliveries, ignoreOrder: true);
        LinesOf(outcome, "paid").ShouldBe(business.GetProperty("paid").GetInt32());
        var traces = shop.Spans.All.Select(span => span.TraceId.ToHexString()).ToHashSet();
        outcome.Report.GetProperty("slowest").EnumerateArray().ShouldAllBe(step => traces.Contains(step.GetProperty("traceId").GetString()!));
    }

    [Fact]
    public async Task A_shop_that_is_too_slow_breaks_the_objective()
    {
        var outcome = await Outcome.OfAsync(shop.Public.BaseAddress!, "--count", "5", "--rate", "50", "--think", "0s", "--mix", "browse=1", "--p95", "0.01ms");

        outcome.ExitCode.ShouldBe(1);
        outcome.Output.ShouldContain("Objective p95");
        outcome.Report.GetProperty("objectives")[0].GetProperty("kept").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_password_of_the_admin_is_a_sentence()
    {
        var outcome = await Outcome.OfAsync(shop.Public.BaseAddress!, "--admin-email", Given.AdminEmail, "--admin-password", "not the password");

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("does not let the administrator in");
    }

    private static IEnumerable<Guid> IdsOf(Outcome outcome, string what, string id) =>
        outcome.Writes.Where(line => line.GetProperty("what").GetString() == what).Select(line => line.GetProperty(id).GetGuid());

    private static int LinesOf(Outcome outcome, string status) => outcome.Orders.Count(line => line.GetProperty("status").GetString() == status);

    private static int CancelledAfterPaying(Outcome outcome) => outcome.Orders.GroupBy(line => line.GetProperty("orderId").GetGuid())
        .Count(story => Has(story, "paid") && Has(story, "cancelled"));

    private static bool Has(IEnumerable<JsonElement> story, string status) => story.Any(line => line.GetProperty("status").GetString() == status);
}
