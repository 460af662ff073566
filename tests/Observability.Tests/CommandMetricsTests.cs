using System.Diagnostics;
using ECommerce.Observability.Metrics;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task Recording_a_command_allocates_nothing()
    {
        await using var host = await ObservedHost.StartAsync();
        var meter = host.Services.GetRequiredService<CommandMetrics>().For("orders", "PlaceOrder", "command");
        using var span = new Activity("PlaceOrder").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        Record(meter, 2_000); // Warms up: pools fill, methods are compiled.

        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(meter, 1_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Record(CommandMeter meter, int times)
    {
        for (var i = 0; i < times; i++)
        {
            meter.Record(CommandOutcome.Ok, TimeSpan.FromMilliseconds(3));
            meter.Record(CommandOutcome.Rejected, TimeSpan.FromMilliseconds(2), "orders.insufficient_stock");
        }
    }
}
