using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Observability.Settings;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace Observability.Tests;

public sealed class OtlpTests
{
    // What OTLP has a place of its own for.
    private static readonly string[] Placed = ["timestamp", "level", "message", "category", "trace_id", "span_id", "host"];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Traces_and_logs_reach_a_collector_that_the_environment_names(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();

        await using (var host = await StartAsync(collector, ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http)))
            await host.Client.GetAsync("/api/orders/7");

        var span = await collector.SpanAsync(span => span.Kind is ActivityKind.Server);
        span.Name.ShouldBe("GET /api/orders/{id}");
        var line = await collector.LogAsync(line => line.EventName == "request.completed");
        line.Resource.ShouldBe(span.Resource);
        (line.TraceId, line.SpanId).ShouldBe((span.TraceId, span.SpanId));
        collector.Metrics.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_signal_says_which_build_of_what_it_comes_from()
    {
        await using var collector = await OtlpReceiver.StartAsync();

        CapturedLog log;
        await using (var host = await StartAsync(collector, ("OTEL_RESOURCE_ATTRIBUTES", "host.name=till-7")))
        {
            log = host.Log;
            await host.Client.GetAsync("/api/orders/7");
            await host.CompletionAsync();
        }

        var resource = (await collector.SpanAsync(_ => true)).Resource;
        resource["service.name"].ShouldBe("ecommerce");
        resource["service.namespace"].ShouldBe("ecommerce");
        resource["service.version"].ShouldBe(BuildInfo.Current.Version);
        resource["service.instance.id"].ShouldBe(log.Lines.Select(line => line.GetProperty("host").GetString()!).Distinct().ShouldHaveSingleItem());
        resource["deployment.environment.name"].ShouldBe("testing");
        resource["host.name"].ShouldBe("till-7");
    }

    [Fact]
    public async Task A_server_span_follows_the_conventions()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var host = await StartAsync(collector))
        {
            host.Client.DefaultRequestHeaders.UserAgent.ParseAdd("till/1.0");
            await host.Client.GetAsync("/api/orders/7?card=4242");
        }

        var span = await collector.SpanAsync(span => span.Kind is ActivityKind.Server);
        span["http.request.method"].ShouldBe("GET");
        span["http.route"].ShouldBe("/api/orders/{id}");
        span["http.response.status_code"].ShouldBe(200L);
        span["url.path"].ShouldBe("/api/orders/7");
        span["url.query"].ShouldBe("?card=Redacted");
        span["url.scheme"].ShouldBe("http");
        span["server.address"].ShouldBe("127.0.0.1");
        span["server.port"].ShouldBeOfType<long>();
        span["network.protocol.version"].ShouldBe("1.1");
        span["user_agent.original"].ShouldBe("till/1.0");
        (span.Status, span["error.type"]).ShouldBe((ActivityStatusCode.Unset, null));
    }

    [Fact]
    public async Task A_log_record_has_the_properties_of_the_line_on_stdout()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        CapturedLog log;
        await using (var host = await StartAsync(collector))
        {
            log = host.Log;
            await host.Client.GetAsync("/api/orders/7");
            await host.CompletionAsync();
            await host.LineAsync("listed");
        }

        foreach (var line in log.Lines.Where(line => line.TryGetProperty("request_id", out _)))
        {
            var record = await collector.LogAsync(record => record.EventName == line.GetProperty("event").GetString());
            record.Body.ShouldBe(line.GetProperty("message").GetString());
            record.Scope.ShouldBe(line.GetProperty("category").GetString());
            (record.TraceId, record.SpanId).ShouldBe((line.GetProperty("trace_id").GetString(), line.GetProperty("span_id").GetString()));
            var properties = line.EnumerateObject().Where(member => !Placed.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Value.ToString());
            record.Attributes.ToDictionary(attribute => attribute.Key, attribute => FormattableString.Invariant($"{attribute.Value}"))
                .ShouldBe(properties, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task An_exception_is_told_with_its_full_name_as_on_stdout()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var host = await StartAsync(collector))
            await host.Client.GetAsync("/api/broken");

        var record = await collector.LogAsync(record => record["exception.type"] is not null);
        record["exception.type"].ShouldBe("System.InvalidOperationException");
        record["exception.message"].ShouldBe("out of order");
        ((string?)record["exception.stacktrace"])!.ShouldContain(nameof(OtlpTests));
        var span = await collector.SpanAsync(span => span.Kind is ActivityKind.Server);
        (span.Status, span["error.type"]).ShouldBe((ActivityStatusCode.Error, "System.InvalidOperationException"));
        span.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_meters_of_dotnet_are_sent_only_when_that_is_asked_for()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var host = await StartAsync(collector, ("OTEL_METRICS_EXPORTER", "otlp")))
            await host.Client.GetAsync("/api/orders/7");

        var requests = await collector.MetricAsync(metric => metric.Name == "http.server.request.duration");
        (requests.Scope, requests.Type, requests.Unit).ShouldBe(("Microsoft.AspNetCore.Hosting", "histogram", "s"));
        requests.Points.ShouldContain(point => Equals(point.Attributes["http.route"], "/api/orders/{id}") && point.Value == 1);
        (await collector.MetricAsync(metric => metric.Name == "dotnet.process.cpu.time")).Type.ShouldBe("sum");
        collector.Metrics.ShouldNotContain(metric => metric.Name.StartsWith("http_", StringComparison.Ordinal), "the shop's own metrics are scraped");
    }

    [Fact]
    public async Task Nothing_is_sent_when_no_collector_is_named()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var host = await StartAsync(collector, ("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_METRICS_EXPORTER", "otlp"));

        (await host.MetricAsync("""telemetry_dropped_total{signal="traces",reason="export_failed"}""")).ShouldBeNull("there is no exporter that could fail");
        host.Services.GetService<LoggerProvider>().ShouldBeNull();
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        collector.Requests.ShouldBeEmpty();
    }

    private static Task<ObservedHost> StartAsync(OtlpReceiver collector, params (string Name, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Grpc };
        foreach (var (name, value) in settings)
            configuration[name] = value;
        return ObservedHost.StartAsync(configuration: configuration, map: app =>
        {
            app.MapGet("/api/orders/{id}", (string id, ILoggerFactory loggers) =>
            {
                loggers.CreateLogger("ECommerce.Orders.ListOrders").LogInformation(new EventId(7, "listed"), "Listed {OrderCount} by {Timestamp}", 3, "day");
                return id;
            });
            app.MapGet("/api/broken", (ILoggerFactory loggers) =>
            {
                try
                {
                    throw new InvalidOperationException("out of order");
                }
                catch (InvalidOperationException e)
                {
                    loggers.CreateLogger("ECommerce.Orders").LogError(e, "It broke");
                    Activity.Current!.SetStatus(ActivityStatusCode.Error).SetTag("error.type", e.GetType().FullName);
                    return Results.StatusCode(500);
                }
            });
        });
    }
}
