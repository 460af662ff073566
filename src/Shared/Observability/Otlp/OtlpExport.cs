using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Observability.Context;
using Observability.Metrics;
using Observability.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Observability.Otlp;

/// <summary>
/// Sets up OTLP export to the endpoint in <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> or in the variable of one signal. Spans and log records are
/// exported unless their exporter is <c>none</c>; the .NET meters only when <c>OTEL_METRICS_EXPORTER</c> is <c>otlp</c>, since they are
/// scraped otherwise. Without an endpoint nothing is exported.
/// </summary>
internal static class OtlpExport
{
    private const string EventLimit = "OTEL_SPAN_EVENT_COUNT_LIMIT";

    public static void AddOtlpExport(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<IgnoredVariables>();
        builder.Services.AddSingleton(services => new ExportFailures(services.GetService<TimeProvider>() ?? TimeProvider.System));
        if (OtlpEndpoints.IsDisabled(builder.Configuration))
        {
            // If the SDK itself obeyed it, the page of the .NET meters, trace ids and the kept spans would go, too. Only exporting ends.
            builder.Configuration.AddInMemoryCollection([new(OtlpEndpoints.Disabled, "false")]);
            return;
        }

        builder.Services.AddOptions<OtlpOptions>().BindConfiguration(OtlpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (OtlpEndpoints.Of(builder.Configuration, "TRACES") is { } spans)
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(services => Spans(spans, services)));
        if (OtlpEndpoints.Of(builder.Configuration, "LOGS") is { } records)
        {
            builder.Services.AddOpenTelemetry().WithLogging(
                logs => logs
                    .AddProcessor(services => new LogRecordAttributes(
                        new(services.GetRequiredService<IOptions<NoiseOptions>>().Value.StackInterval), services.GetRequiredService<Owners>()))
                    .AddProcessor(services => Records(records, services)),
                options => options.IncludeFormattedMessage = true);
        }

        if (OtlpEndpoints.Of(builder.Configuration, "METRICS") is { } meters)
        {
            var hasOwnEndpoint = OtlpEndpoints.HasOwnEndpoint(builder.Configuration, "METRICS");
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddInstrumentation(services => services.GetRequiredService<ExportFailures>())
                .AddOtlpExporter((exporter, _) => meters.CopyTo(exporter, hasOwnEndpoint)));
        }
    }

    private static BoundedExportProcessor<Activity> Spans(OtlpExporterOptions collector, IServiceProvider services)
    {
        var queue = services.GetRequiredService<IOptions<BatchExportActivityProcessorOptions>>().Value;
        WithoutEvents();
        var retry = Retry(collector, services);
        return new(new OtlpTraceExporter(collector),
            exporter => new BatchActivityExportProcessor(
                exporter, queue.MaxQueueSize, queue.ScheduledDelayMilliseconds, queue.ExporterTimeoutMilliseconds, Math.Min(queue.MaxExportBatchSize, queue.MaxQueueSize)),
            queue.MaxQueueSize, retry, "traces", services.GetRequiredService<DroppedSignals>(), services.GetRequiredService<ExportFailures>());
    }

    private static ExportRetry Retry(OtlpExporterOptions collector, IServiceProvider services) =>
        new(ExportAttempt.Of(collector), services.GetRequiredService<IOptions<OtlpOptions>>().Value.RetryFor);

    // An exception is reported once, by a log record. The database driver also adds a span event with the message, which may quote values.
    // The exporter reads this limit from the environment only, where an operator may set another.
    private static void WithoutEvents()
    {
        if (Environment.GetEnvironmentVariable(EventLimit) is null)
            Environment.SetEnvironmentVariable(EventLimit, "0");
    }

    private static BoundedExportProcessor<LogRecord> Records(OtlpExporterOptions collector, IServiceProvider services)
    {
        var queue = services.GetRequiredService<IOptions<LogRecordExportProcessorOptions>>().Value.BatchExportProcessorOptions;
        var retry = Retry(collector, services);
        return new(new OtlpLogExporter(collector),
            exporter => new BatchLogRecordExportProcessor(
                exporter, queue.MaxQueueSize, queue.ScheduledDelayMilliseconds, queue.ExporterTimeoutMilliseconds, Math.Min(queue.MaxExportBatchSize, queue.MaxQueueSize)),
            queue.MaxQueueSize, retry, "logs", services.GetRequiredService<DroppedSignals>(), services.GetRequiredService<ExportFailures>());
    }
}
