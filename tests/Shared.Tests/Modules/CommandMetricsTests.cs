using System.Diagnostics;
using System.Text;
using ECommerce.Modules;
using Microsoft.Extensions.Options;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Shared.Tests.Modules;

public sealed class CommandMetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    [Fact]
    public async Task A_command_is_counted_by_outcome_and_a_refusal_by_code()
    {
        var meter = NewMeter();

        meter.Record(CommandOutcome.Ok, TimeSpan.FromMilliseconds(3));
        meter.Record(CommandOutcome.Rejected, TimeSpan.FromMilliseconds(2), "orders.insufficient_stock");
        meter.Record(CommandOutcome.Failed, TimeSpan.FromMilliseconds(1));

        var page = await PageAsync();
        foreach (var outcome in (string[])["ok", "rejected", "failed"])
            page.ShouldContain($$"""command_duration_seconds_count{module="orders",command="PlaceOrder",kind="command",outcome="{{outcome}}"} 1""");
        page.ShouldContain("""command_rejections_total{module="orders",command="PlaceOrder",code="orders.insufficient_stock"} 1""");
    }

    [Fact]
    public void Recording_a_command_allocates_nothing()
    {
        var meter = NewMeter();

        AllocationsOf(() =>
        {
            meter.Record(CommandOutcome.Ok, TimeSpan.FromMilliseconds(3));
            meter.Record(CommandOutcome.Rejected, TimeSpan.FromMilliseconds(2), "orders.insufficient_stock");
        }).ShouldBe(0);
    }

    private CommandMeter NewMeter() =>
        new CommandMetrics(new(_registry, Options.Create(new MetricsOptions()))).For("orders", "PlaceOrder", "command");

    private async Task<string> PageAsync()
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    /// <returns>What the thousand luckiest runs in a row allocate on this thread: code is compiled for good only after it has run for a while.</returns>
    private static long AllocationsOf(Action work)
    {
        using var span = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            for (var i = 0; i < 2_000; i++)
                work();

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
                work();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0 || Stopwatch.GetElapsedTime(started) > Patience)
                return allocated;
        }
    }
}
