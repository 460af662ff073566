using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Observability.Http;
using Observability.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace Observability.Tests;

/// <summary>What runs for every request makes no garbage.</summary>
[Collection(nameof(Alone))]
public sealed class HotPathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Counting_a_request_allocates_nothing()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/orders/{id}", (string id) => id));
        var metrics = host.Services.GetRequiredService<HttpMetrics>();
        var endpoint = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().First(e => e.RoutePattern.RawText == "/api/orders/{id}");

        AllocationsOf(() =>
        {
            metrics.Started();
            metrics.SeriesOf(endpoint, "GET", 200).Record(0.003, 0, 200);
            metrics.SeriesOf(null, "BREW", 404).Record(0.001, 0, 0);
            metrics.Ended();
        }).ShouldBe(0);
    }

    [Fact]
    public void Writing_a_line_allocates_nothing()
    {
        var template = new MessageTemplateParser().Parse("{Method} {Path} answered {Status} in {DurationMs} ms");
        var entry = new LogEvent(DateTimeOffset.UtcNow, LogEventLevel.Information, null, template,
        [
            new("Method", new ScalarValue("GET")), new("Path", new ScalarValue("/api/orders/:id")), new("Status", new ScalarValue(200)),
            new("DurationMs", new ScalarValue(1.234)), new("SourceContext", new ScalarValue("ECommerce.Orders.GetOrder")),
            new("orderId", new ScalarValue(Guid.NewGuid())), new("EventId", new StructureValue([new("Name", new ScalarValue("request.completed"))])),
        ]);
        var (json, line) = (new JsonLine(new(TimeSpan.FromMinutes(1)), new("till-7"), new(new("tills"))), new ArrayBufferWriter<byte>(4096));

        AllocationsOf(() =>
        {
            line.ResetWrittenCount();
            json.Write(entry, line);
        }).ShouldBe(0);
    }

    [Fact]
    public void Writing_a_line_that_writes_itself_allocates_nothing()
    {
        var line = new RequestLine(new("orders-service", "orders", "/api/orders/:id"), "GET", 200, 1.234, 0, 200);
        var (category, host, bytes) = (JsonLine.Encode("ECommerce.Observability.HttpTelemetry"), JsonLine.Encode("till-7"), new ArrayBufferWriter<byte>(4096));

        AllocationsOf(() =>
        {
            bytes.ResetWrittenCount();
            JsonLine.Write(line, LogLevel.Information, category, host, bytes);
        }).ShouldBe(0);
    }

    /// <returns>What the thousand luckiest runs in a row allocate: code that is not compiled for good yet may box what it later does not.</returns>
    private static long AllocationsOf(Action work)
    {
        using var span = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            for (var i = 0; i < 2_000; i++)
                work(); // Warms up: pools fill, methods are compiled.

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
                work();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0 || Stopwatch.GetElapsedTime(started) > Patience)
                return allocated;
        }
    }
}
