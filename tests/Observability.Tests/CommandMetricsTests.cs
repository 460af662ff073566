using ECommerce.Observability.Metrics;

namespace ECommerce.Observability.Tests;

public sealed class CommandMetricsTests
{
    [Fact]
    public async Task A_command_is_counted_by_outcome_and_a_refusal_by_code()
    {
        await using var host = await ObservedHost.StartAsync();
        var meter = host.Services.GetRequiredService<CommandMetrics>().For("orders", "PlaceOrder", "command");

        meter.Record(CommandOutcome.Ok, TimeSpan.FromMilliseconds(3));
        meter.Record(CommandOutcome.Rejected, TimeSpan.FromMilliseconds(2), "orders.insufficient_stock");
        meter.Record(CommandOutcome.Failed, TimeSpan.FromMilliseconds(1));

        foreach (var outcome in (string[])["ok", "rejected", "failed"])
            (await host.MetricAsync($$"""command_duration_seconds_count{module="orders",command="PlaceOrder",kind="command",outcome="{{outcome}}"}""")).ShouldBe(1);
        (await host.MetricAsync("""command_rejections_total{module="orders",command="PlaceOrder",code="orders.insufficient_stock"}""")).ShouldBe(1);
    }
}
