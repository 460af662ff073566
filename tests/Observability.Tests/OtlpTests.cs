using System.Diagnostics;
using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;

namespace ECommerce.Observability.Tests;

public sealed class OtlpTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Traces_and_logs_reach_a_collector_that_the_environment_names(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();

        await using (var host = await StartAsync(collector, protocol))
            await host.Client.GetAsync("/api/orders/7");

        var span = await collector.SpanAsync(span => span.Kind is ActivityKind.Server);
        span.Name.ShouldBe("GET /api/orders/{id}");
        span["http.route"].ShouldBe("/api/orders/{id}");
        span["http.response.status_code"].ShouldBe(200L);
        var line = await collector.LogAsync(line => line.EventName == "request.completed");
        line.Resource.ShouldBe(span.Resource);
        (line.TraceId, line.SpanId).ShouldBe((span.TraceId, span.SpanId));
    }

    [Fact]
    public async Task A_dead_collector_costs_no_request_anything()
    {
        var started = Stopwatch.GetTimestamp();

        await using (var host = await StartAsync("http://127.0.0.1:9", "http/protobuf"))
        {
            for (var i = 0; i < 20; i++)
                (await host.Client.GetAsync("/api/orders/7")).IsSuccessStatusCode.ShouldBeTrue();
        }

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static Task<ObservedHost> StartAsync(OtlpReceiver collector, string protocol) =>
        StartAsync(protocol == "grpc" ? collector.Grpc : collector.Http, protocol);

    private static Task<ObservedHost> StartAsync(string collector, string protocol) => ObservedHost.StartAsync(
        map: app => app.MapGet("/api/orders/{id}", (string id) => id),
        configuration: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol });
}
