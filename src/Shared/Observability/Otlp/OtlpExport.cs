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
/// Exports to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> or the variable of one signal names: spans and log records unless their
/// exporter is <c>none</c>, the meters of .NET and its libraries only when <c>OTEL_METRICS_EXPORTER</c> is <c>otlp</c>, since they are scraped
/// otherwise. Nothing is exported where no endpoint is named.
/// </summary>
internal static class OtlpExport
{
    private const string EventLimit = "OTEL_SPAN_EVENT_COUNT_LIMIT";

    public static void AddOtlpExport(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<IgnoredVariables>();
        builder.Services.AddSingleton(services => new ExportFailures(services.GetService<TimeProvider>() ?? TimeProvider.System));
        if (Collectors.IsDisabled(builder.Configuration))
        {
            // Obeyed by the SDK itself, it would also take the page of the .NET meters, trace ids and the kept spans: only exporting ends.
            builder.Configuration.AddInMemoryCollection([new(Collectors.Disabled, "false")]);
            return;
        }

        builder.Services.AddOptions<OtlpOptions>().BindConfiguration(OtlpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (Collectors.Of(builder.Configuration, "TRACES") is { } spans)
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(services => Spans(spans, services)));
        if (Collectors.Of(builder.Configuration, "LOGS") is { } records)
        {
            builder.Services.AddOpenTelemetry().WithLogging(
                logs => logs.AddProcessor(services => new FlatAttributes(
                    new(services.GetRequiredService<IOptions<NoiseOptions>>().Value.StackInterval), services.GetRequiredService<Owners>())).AddProcessor(services => Records(records, services)),
                options => options.IncludeFormattedMessage = true);
        }

        if (Collectors.Of(builder.Configuration, "METRICS") is { } meters)
        {
            var hasOwnEndpoint = Collectors.HasOwnEndpoint(builder.Configuration, "METRICS");
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddInstrumentation(services => services.GetRequiredService<ExportFailures>())
                .AddOtlpExporter((exporter, _) => meters.CopyTo(exporter, hasOwnEndpoint)));
        }
    }

    private static CountedExport<Activity> Spans(OtlpExporterOptions collector, IServiceProvider services)
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

    // An exception is told once, by a log record; the database driver also makes an event of it, with whatever its message quotes. The
    // exporter takes this limit from nowhere but the environment, where an operator may still set another.
    private static void WithoutEvents()
    {
        if (Environment.GetEnvironmentVariable(EventLimit) is null)
            Environment.SetEnvironmentVariable(EventLimit, "0");
    }

    private static CountedExport<LogRecord> Records(OtlpExporterOptions collector, IServiceProvider services)
    {
        var queue = services.GetRequiredService<IOptions<LogRecordExportProcessorOptions>>().Value.BatchExportProcessorOptions;
        var retry = Retry(collector, services);
        return new(new OtlpLogExporter(collector),
            exporter => new BatchLogRecordExportProcessor(
                exporter, queue.MaxQueueSize, queue.ScheduledDelayMilliseconds, queue.ExporterTimeoutMilliseconds, Math.Min(queue.MaxExportBatchSize, queue.MaxQueueSize)),
            queue.MaxQueueSize, retry, "logs", services.GetRequiredService<DroppedSignals>(), services.GetRequiredService<ExportFailures>());
    }
}
