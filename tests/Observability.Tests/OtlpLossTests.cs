using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace Observability.Tests;

/// <summary>What a collector does not get is counted, and costs nobody anything else.</summary>
[Trait("Category", "Running")]
public sealed class OtlpLossTests
{
    private const int Requests = 60;
    private const int Queue = 16;
    private static readonly TimeSpan Unhindered = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_dead_collector_costs_no_request_anything_and_every_loss_is_counted(string protocol)
    {
        await using var host = await StartAsync("http://127.0.0.1:9", protocol, queue: 2048, retryFor: "00:00:01");

        (await ServeAsync(host)).ShouldBeLessThan(Unhindered);

        await FlushAsync(host);
        (await DroppedAsync(host, "traces", "export_failed")).ShouldBe(Requests);
        // The line that tells of the failure is a record, too, and follows.
        await Eventually.PassesAsync(async () => (await DroppedAsync(host, "logs", "export_failed")).ShouldBe(host.Log.Lines.Count));
        (await DroppedAsync(host, "traces", "queue_full")).ShouldBe(0);
        (await DroppedAsync(host, "logs", "queue_full")).ShouldBe(0);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task What_a_stalled_collector_never_got_is_what_was_counted(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var host = await StartAsync(protocol == "grpc" ? collector.Grpc : collector.Http, protocol, Queue);
        collector.Stall();

        (await ServeAsync(host)).ShouldBeLessThan(Unhindered);

        // One batch of each gives up; those behind it get through.
        await Eventually.PassesAsync(async () => (await DroppedAsync(host, "traces", "export_failed")).ShouldBeGreaterThan(0));
        await Eventually.PassesAsync(async () => (await DroppedAsync(host, "logs", "export_failed")).ShouldBeGreaterThan(0));
        collector.Resume();
        await ServeAsync(host);
        await FlushAsync(host);

        (await DroppedAsync(host, "traces", "queue_full")).ShouldBeGreaterThan(0);
        (await DroppedAsync(host, "logs", "queue_full")).ShouldBeGreaterThan(0);
        collector.Spans.Count.ShouldBeGreaterThan(0);
        // A batch that is given up while the collector resumes is counted, and may arrive all the same.
        (collector.Spans.Count + await DroppedAsync(host, "traces")).ShouldBeInRange(2 * Requests, (2 * Requests) + Queue);
        await Eventually.PassesAsync(async () =>
            (collector.Logs.Count + await DroppedAsync(host, "logs")).ShouldBeInRange(host.Log.Lines.Count, host.Log.Lines.Count + Queue));
    }

    [Fact]
    public async Task A_host_that_has_flushed_in_vain_does_not_wait_again_and_counts_what_it_leaves_behind()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        collector.Stall();
        await using var host = await StartAsync(collector.Grpc, "grpc", Queue, giveUp: TimeSpan.FromMinutes(1));
        await host.Client.GetAsync("/api/orders/7");
        await host.CompletionAsync();
        var traces = host.Services.GetRequiredService<TracerProvider>();
        await Eventually.PassesAsync(() => host.Spans.Count.ShouldBe(1));

        traces.ForceFlush(100).ShouldBeFalse();
        var started = Stopwatch.GetTimestamp();
        traces.Shutdown().ShouldBeFalse();

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await DroppedAsync(host, "traces", "stopped")).ShouldBe(1);
    }

    private static Task<ObservedHost> StartAsync(string collector, string protocol, int queue, TimeSpan? giveUp = null, string retryFor = "00:00:00") => ObservedHost.StartAsync(
        map: app => app.MapGet("/api/orders/{id}", (string id) => id),
        configuration: new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = $"{(giveUp ?? TimeSpan.FromSeconds(2)).TotalMilliseconds}",
            ["Otlp:RetryFor"] = retryFor,
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = $"{queue}",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_MAX_QUEUE_SIZE"] = $"{queue}",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        });

    /// <returns>How long it took.</returns>
    private static async Task<TimeSpan> ServeAsync(ObservedHost host)
    {
        var (before, started) = (host.Spans.Count, Stopwatch.GetTimestamp());
        for (var i = 0; i < Requests; i++)
            (await host.Client.GetAsync("/api/orders/7")).IsSuccessStatusCode.ShouldBeTrue();
        var elapsed = Stopwatch.GetElapsedTime(started);
        await Eventually.PassesAsync(() => host.Spans.Count.ShouldBe(before + Requests));
        return elapsed;
    }

    private static async Task FlushAsync(ObservedHost host)
    {
        host.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();
        host.Services.GetRequiredService<LoggerProvider>().ForceFlush().ShouldBeTrue();
        await Eventually.PassesAsync(() => host.Log.Lines.Count.ShouldBeGreaterThanOrEqualTo(host.Spans.Count));
    }

    private static async Task<double> DroppedAsync(ObservedHost host, string signal)
    {
        var sum = 0d;
        foreach (var reason in (string[])["queue_full", "export_failed", "stopped"])
            sum += await DroppedAsync(host, signal, reason);
        return sum;
    }

    private static async Task<double> DroppedAsync(ObservedHost host, string signal, string reason) =>
        (await host.MetricAsync($$"""telemetry_dropped_total{signal="{{signal}}",reason="{{reason}}"}""")).ShouldNotBeNull();
}
