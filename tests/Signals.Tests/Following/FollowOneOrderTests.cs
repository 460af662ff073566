using System.Text.Json;

namespace ECommerce.Signals.Tests.Following;

/// <summary>One order, from the exemplar in Prometheus to the statement in another module, each step leading to the next.</summary>
public sealed class FollowOneOrderTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task An_exemplar_leads_to_the_trace_its_lines_its_statements_and_across_the_outbox()
    {
        await using var prometheus = await PrometheusServer.StartAsync(shop.Management.BaseAddress!);
        var order = await shop.Given.AnOrderAsync();
        await shop.SettleAsync();
        await prometheus.ScrapeAsync();

        var exemplar = (await prometheus.QueryExemplarsAsync("orders_placed_total")).ShouldHaveSingleItem();
        var traceId = exemplar.Labels["trace_id"];

        // Its spans are there when they have ended, the relay's a little later.
        var tree = await Eventually.GetAsync(async () =>
            await shop.Operator.GetStringAsync($"/ops/traces/{traceId}") is var text && text.Contains("process OrderPlaced", StringComparison.Ordinal) ? text : null);
        tree.ShouldContain($"app.order.id: {order.Id}");
        tree.ShouldContain("POST /api/orders");
        tree.ShouldContain("db.query.text: INSERT INTO orders.outbox");
        tree.ShouldContain($"sent by trace {traceId}");
        tree.ShouldContain("UPDATE products.reservations");

        var lines = shop.Log.Of(traceId);
        lines.Select(line => line.GetProperty("event").GetString()).ShouldBe(["command.finished", "command.finished", "request.completed"]);
        lines.ShouldContain(line => Names(line, order));

        shop.Spans.Of(traceId).ShouldContain(span => span.SpanId.ToHexString() == exemplar.Labels["span_id"]);
        var processed = shop.Spans.All.Where(span => span.Links.Any(link => link.Context.TraceId.ToHexString() == traceId)).ShouldHaveSingleItem();
        shop.Log.Of(processed.TraceId.ToHexString()).ShouldContain(line => Names(line, order));
    }

    [Fact]
    public async Task A_trace_that_is_not_kept_is_not_found_and_the_last_ones_are_listed()
    {
        await shop.Given.AnOrderAsync();

        using var unknown = await shop.Operator.GetAsync("/ops/traces/00000000000000000000000000000001");
        ((int)unknown.StatusCode).ShouldBe(404);
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("Traces__Kept");
        await Eventually.TrueAsync(async () => (await shop.Operator.GetStringAsync("/ops/traces")).Contains("POST /api/orders", StringComparison.Ordinal), "the order is listed");
    }

    private static bool Names(JsonElement line, Order order) => line.TryGetProperty("orderId", out var id) && id.GetGuid() == order.Id;
}
