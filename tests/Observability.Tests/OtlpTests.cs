using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Observability.Tests;

public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_logs_reach_a_collector_that_the_environment_names()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(signal, Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
        });
        await collector.StartAsync();

        await using (var host = await StartWithCollectorAsync(collector.Urls.Single()))
            await host.Client.GetAsync("/api/orders/7");

        received["traces"].ShouldContain("GET /api/orders/{id}");
        received["traces"].ShouldContain("service.instance.id");
        received["traces"].ShouldContain("deployment.environment.name");
        received["logs"].ShouldContain("/api/orders/:id");
    }

    [Fact]
    public async Task A_dead_collector_costs_no_request_anything()
    {
        var started = Stopwatch.GetTimestamp();

        await using (var host = await StartWithCollectorAsync("http://127.0.0.1:9"))
        {
            for (var i = 0; i < 20; i++)
                (await host.Client.GetAsync("/api/orders/7")).IsSuccessStatusCode.ShouldBeTrue();
        }

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static Task<ObservedHost> StartWithCollectorAsync(string address) => ObservedHost.StartAsync(
        map: app => app.MapGet("/api/orders/{id}", (string id) => id),
        configuration: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
}
