using System.Text.Json;
using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry.Trace;

namespace Observability.Tests;

/// <summary>A collector that is away for a while, as one that restarts, costs no span and no log record.</summary>
public sealed class OtlpRetryTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(10);

    private const string Failure = "telemetry.export_failed";

    private readonly int _grpc = Loopback.FreeAddress().Port;
    private readonly int _http = Loopback.FreeAddress().Port;

    [Fact]
    public async Task A_collector_that_is_away_for_ten_seconds_gets_everything_afterwards()
    {
        await using var host = await StartAsync("grpc");

        var left = Stopwatch.GetTimestamp();
        using (var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
        {
            while (Stopwatch.GetElapsedTime(left) < Away && await pace.WaitForNextTickAsync())
                (await host.Client.GetAsync("/api/orders/7")).IsSuccessStatusCode.ShouldBeTrue();
        }
        // It is told while it is tried again, and nothing is lost.
        host.Log.Lines.Where(IsFailure).Select(line => line.GetProperty("lost").GetInt32()).ShouldAllBe(lost => lost == 0);
        host.Log.Lines.ShouldContain(line => IsFailure(line) && line.GetProperty("signal").GetString() == "traces");
        await using var collector = await OtlpReceiver.StartAsync(_grpc, _http);

        // Up to five seconds pass between two attempts.
        await ECommerce.Testing.Eventually.PassesAsync(() =>
        {
            collector.Spans.Select(span => span.TraceId).Order().ShouldBe(host.Spans.Select(span => span.TraceId.ToHexString()).Order());
            collector.Logs.Where(record => record.EventName != Failure).Select(record => $"{record.TraceId} {record.Body}").Order()
                .ShouldBe(host.Log.Lines.Where(line => !IsFailure(line)).Select(line => $"{TraceOf(line)} {line.GetProperty("message")}").Order());
        });
        collector.Spans.Count.ShouldBeGreaterThan(40);
        (await DroppedAsync(host)).ShouldBe(0);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task What_a_collector_refuses_for_now_is_sent_again_and_what_it_refuses_for_good_is_not(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync(_grpc, _http);
        await using var host = await StartAsync(protocol);

        collector.Refuse(http: 503, grpc: 14); // UNAVAILABLE
        await host.Client.GetAsync("/api/orders/1");
        await Eventually.PassesAsync(() => collector.Requests.Count(request => request.Contains("trace", StringComparison.OrdinalIgnoreCase)).ShouldBeGreaterThan(1));
        (await DroppedAsync(host)).ShouldBe(0);
        collector.Resume();
        await Eventually.PassesAsync(() => collector.Spans.Count.ShouldBe(1));

        collector.Refuse(http: 400, grpc: 3); // INVALID_ARGUMENT
        var before = TraceRequests();
        await host.Client.GetAsync("/api/orders/2");
        await Eventually.PassesAsync(async () => (await host.MetricAsync("""telemetry_dropped_total{signal="traces",reason="export_failed"}""")).ShouldBe(1));
        (TraceRequests() - before).ShouldBe(1);

        int TraceRequests() => collector.Requests.Count(request => request.Contains("trace", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_the_next_attempt_and_counts_what_it_leaves_behind()
    {
        await using var host = await StartAsync("grpc", retryFor: "00:10:00");
        await host.Client.GetAsync("/api/orders/7");
        var traces = host.Services.GetRequiredService<TracerProvider>();
        await Eventually.PassesAsync(() => host.Spans.Count.ShouldBe(1));

        traces.ForceFlush(100).ShouldBeFalse();
        var started = Stopwatch.GetTimestamp();
        traces.Shutdown();

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        await Eventually.PassesAsync(async () => (await DroppedAsync(host, "traces")).ShouldBe(1));
    }

    private Task<ObservedHost> StartAsync(string protocol, string retryFor = "00:01:00") => ObservedHost.StartAsync(
        map: app => app.MapGet("/api/orders/{id}", (string id) => id),
        configuration: new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{(protocol == "grpc" ? _grpc : _http)}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["Otlp:RetryFor"] = retryFor,
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        });

    private static bool IsFailure(JsonElement line) => line.TryGetProperty("event", out var name) && name.GetString() == Failure;

    // The server's own warnings, such as that of a late heartbeat on a busy machine, belong to no trace.
    private static string? TraceOf(JsonElement line) => line.TryGetProperty("trace_id", out var id) ? id.GetString() : "";

    private static async Task<double> DroppedAsync(ObservedHost host, params string[] signals)
    {
        var sum = 0d;
        foreach (var signal in signals.Length > 0 ? signals : ["traces", "logs"])
        {
            foreach (var reason in (string[])["queue_full", "export_failed", "stopped"])
                sum += (await host.MetricAsync($$"""telemetry_dropped_total{signal="{{signal}}",reason="{{reason}}"}""")).ShouldNotBeNull();
        }
        return sum;
    }
}
