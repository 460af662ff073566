using System.Text.Json;
using ECommerce.Observability.Otlp;
using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ECommerce.Observability.Tests;

/// <summary>OpenTelemetry's variables do what docs/settings.md says.</summary>
public sealed class OtelVariablesTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_signal_goes_to_the_endpoint_of_its_own(string protocol)
    {
        await using var tracer = await OtlpReceiver.StartAsync();
        await using var logger = await OtlpReceiver.StartAsync();
        var isGrpc = protocol == "grpc";

        await ServeAsync(
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", isGrpc ? logger.Grpc : logger.Http),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", isGrpc ? tracer.Grpc : $"{tracer.Http}/v1/traces"));

        tracer.Spans.ShouldNotBeEmpty();
        tracer.Logs.ShouldBeEmpty();
        logger.Logs.ShouldNotBeEmpty();
        logger.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signal_alone_may_have_an_endpoint()
    {
        await using var collector = await OtlpReceiver.StartAsync();

        await ServeAsync(("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", $"{collector.Http}/v1/logs"), ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf"));

        collector.Logs.ShouldNotBeEmpty();
        collector.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signal_has_a_protocol_and_headers_of_its_own()
    {
        await using var collector = await OtlpReceiver.StartAsync();

        await ServeAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=everybody"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{collector.Http}/v1/traces"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-tenant=traces%20alone"),
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", $"{collector.Http}/v1/metrics"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-tenant=metrics"));

        collector.Tenants.ShouldContain(("HTTP/1.1 /v1/traces", "traces alone"));
        collector.Tenants.ShouldContain(("HTTP/1.1 /v1/metrics", "metrics"));
        collector.Tenants.ShouldContain(("HTTP/2 /opentelemetry.proto.collector.logs.v1.LogsService/Export", "everybody"));
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "none", false, true)]
    [InlineData("OTEL_LOGS_EXPORTER", "none", true, false)]
    [InlineData("OTEL_LOGS_EXPORTER", "otlp", true, true)]
    [InlineData("OTEL_SDK_DISABLED", "true", false, false)]
    [InlineData("OTEL_SDK_DISABLED", "True", false, false)]
    [InlineData("OTEL_SDK_DISABLED", "false", true, true)]
    public async Task A_signal_is_exported_unless_a_variable_says_none(string variable, string value, bool hasSpans, bool hasLogs)
    {
        await using var collector = await OtlpReceiver.StartAsync();

        var lines = await ServeAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc), ("OTEL_METRICS_EXPORTER", "otlp"), (variable, value));

        collector.Spans.Any().ShouldBe(hasSpans);
        collector.Logs.Any().ShouldBe(hasLogs);
        collector.Metrics.Any().ShouldBe(variable != "OTEL_SDK_DISABLED" || value == "false");
        lines.ShouldContain(line => EventOf(line) == "request.completed", "lines on stdout stay");
    }

    [Theory]
    [InlineData("http://127.0.0.1:9", "grpc", "refused")]
    [InlineData("http://127.0.0.1:9", "http/protobuf", "refused")]
    [InlineData("nowhere", "http/protobuf", "404")]
    public async Task An_export_that_fails_says_why_once_and_then_at_intervals(string endpoint, string protocol, string reason)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var clock = new ECommerce.Testing.MovableClock();
        await using var host = await StartAsync(clock,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint == "nowhere" ? $"{collector.Http}/nowhere" : endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_METRICS_EXPORTER", "otlp"), ("Otlp:RetryFor", "00:00:00"));

        async Task FailAsync()
        {
            (await host.Client.GetAsync("/api/orders/7")).IsSuccessStatusCode.ShouldBeTrue();
            Flush(host);
        }

        for (var i = 0; i < 3; i++)
            await FailAsync();

        foreach (var signal in (string[])["traces", "logs", "metrics"])
        {
            var told = await Eventually.PassesAsync(() => Failures(host, signal).ShouldHaveSingleItem());
            told.GetProperty("reason").GetString()!.ShouldContain(reason, Case.Insensitive);
            told.GetProperty("reason").GetString()!.ShouldNotContain("   at ");
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync();

        var again = await Eventually.PassesAsync(() => Failures(host, "traces").ElementAt(1));
        // How the four spans fall into batches is up to the exporting thread.
        (Failures(host, "traces")[0].GetProperty("lost").GetInt32() + again.GetProperty("lost").GetInt32()).ShouldBeGreaterThan(2, "those of the time between are in the sum");
    }

    [Fact]
    public async Task A_variable_that_has_no_effect_is_told_at_the_start()
    {
        await using var host = await StartAsync(null, ("OTEL_EXPORTER_PROMETHEUS_PORT", "9464"), ("OTEL_EXPORTER_OTLP_TRACE_ENDPOINT", "http://127.0.0.1:4318"), ("OTEL_SERVICE_NAME", "shop"));

        await Eventually.PassesAsync(() => host.Log.Lines.Where(line => EventOf(line) == "telemetry.variable_ignored").Select(line => line.GetProperty("variable").GetString())
            .ShouldBe(["OTEL_EXPORTER_PROMETHEUS_PORT", "OTEL_EXPORTER_OTLP_TRACE_ENDPOINT"], ignoreOrder: true));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "1.5")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere.pem")]
    [InlineData("OTEL_TRACES_EXPORTER", "jaeger")]
    [InlineData("OTEL_TRACES_EXPORTER", "otlp,console")]
    [InlineData("OTEL_LOGS_EXPORTER", "console")]
    [InlineData("OTEL_SDK_DISABLED", "yes")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5")]
    [InlineData("OTEL_PROPAGATORS", "b3")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "0")]
    [InlineData("OTEL_BLRP_SCHEDULE_DELAY", "-1")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m")]
    public void A_value_that_a_variable_does_not_have_is_a_problem(string variable, string value) =>
        OtelVariables.Problems(Configuration((variable, value))).ShouldHaveSingleItem().ShouldStartWith($"{variable} must be ");

    [Fact]
    public void An_empty_value_is_as_good_as_none() =>
        OtelVariables.Problems(Configuration([.. OtelVariable.All.Select(variable => (variable.Name, ""))])).ShouldBeEmpty();

    private static async Task<JsonElement[]> ServeAsync(params (string Name, string Value)[] settings)
    {
        await using var host = await StartAsync(null, settings);
        var answer = await host.Client.GetAsync("/api/orders/7");
        answer.Headers.GetValues("X-Trace-Id").Single().Length.ShouldBe(32);
        (await host.Client.GetStringAsync("/metrics/runtime")).ShouldContain("dotnet_");
        await host.CompletionAsync();
        Flush(host);
        return [.. host.Log.Lines];
    }

    private static void Flush(ObservedHost host)
    {
        host.Services.GetService<TracerProvider>()?.ForceFlush();
        host.Services.GetService<LoggerProvider>()?.ForceFlush();
        host.Services.GetService<MeterProvider>()?.ForceFlush();
    }

    private static JsonElement[] Failures(ObservedHost host, string signal) =>
        [.. host.Log.Lines.Where(line => EventOf(line) == "telemetry.export_failed" && line.GetProperty("signal").GetString() == signal)];

    private static string? EventOf(JsonElement line) => line.TryGetProperty("event", out var name) ? name.GetString() : null;

    private static Task<ObservedHost> StartAsync(TimeProvider? clock, params (string Name, string Value)[] settings) => ObservedHost.StartAsync(
        build: builder => builder.Services.AddSingleton(clock ?? TimeProvider.System),
        map: app => app.MapGet("/api/orders/{id}", (string id) => id),
        configuration: settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value));

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value)).Build();
}
