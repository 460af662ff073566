using System.Diagnostics;
using ECommerce.Testing.Otlp;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>What a host process still says when it is asked to stop.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-tracing-");
    private string _database = "";

    public async Task InitializeAsync() => _database = await TestCluster.NewDatabaseAsync();

    public async Task DisposeAsync()
    {
        await TestCluster.DropAsync(_database);
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_host_that_is_asked_to_stop_sends_all_that_it_has_to_say(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var host = await OpenAsync(protocol == "grpc" ? collector.Grpc : collector.Http, protocol);
        var trace = Trace.New();
        (await host.GetAsync("/api/products", headers: trace.Header)).Status.ShouldBe(200);
        collector.Requests.ShouldBeEmpty("It exports once an hour.");

        (await host.TerminateAsync()).ShouldBe(0, host.Written);

        collector.Spans.ShouldContain(span => span.TraceId == trace.Id && span.Name == "GET /api/products" && span.Kind == ActivityKind.Server);
        collector.Logs.ShouldContain(record => record.TraceId == trace.Id && record.EventName == "request.completed");
        var served = collector.Metrics.Last(metric => metric.Name == "http.server.request.duration");
        served.Points.ShouldContain(point => Equals(point.Attributes.GetValueOrDefault("http.route"), "/api/products") && point.Value == 1);
        collector.Spans.Where(span => span.Scope == "Npgsql" && span.ParentSpanId == "").Select(span => $"{span.Name}: {span["db.query.text"]}").ShouldBeEmpty("A statement belongs to somebody.");
        collector.Spans.Select(span => span.Resource["service.instance.id"]).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_stalled_collector_holds_a_stop_up_for_seconds_and_no_longer()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        collector.Stall();
        await using var host = await OpenAsync(collector.Grpc, "grpc");
        (await host.GetAsync("/api/products")).Status.ShouldBe(200);

        var started = Stopwatch.GetTimestamp();
        (await host.TerminateAsync()).ShouldBe(0, host.Written);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    private async Task<HostProcess> OpenAsync(string collector, string protocol)
    {
        var host = HostProcess.Start(_folder.FullName,
            ("ConnectionStrings__ECommerce", _database),
            ("Data__Directory", _folder.FullName),
            ("Endpoints__TrustedProxies", "127.0.0.1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "3600000"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"));
        await host.WaitUntilReadyAsync();
        return host;
    }
}
