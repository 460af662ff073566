using System.Diagnostics;
using ECommerce.Observability.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ECommerce.Observability.Otlp;

/// <summary>
/// Sends to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, and nothing to nobody when it names none: spans and log records
/// always; the meters of .NET and its libraries only when <c>OTEL_METRICS_EXPORTER</c> is <c>otlp</c>, since they are scraped otherwise.
/// </summary>
internal static class OtlpExport
{
    private const string EventLimit = "OTEL_SPAN_EVENT_COUNT_LIMIT";

    public static void AddOtlpExport(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Services.AddOptions<OtlpOptions>().BindConfiguration(OtlpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var (spans, records) = (Collector(builder.Configuration), Collector(builder.Configuration));
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddProcessor(services => Spans(spans, services)))
            .WithLogging(
                logs => logs.AddProcessor(services => new FlatAttributes(new(services.GetRequiredService<IOptions<NoiseOptions>>().Value.StackInterval))).AddProcessor(services => Records(records, services)),
                options => options.IncludeFormattedMessage = true);

        if (string.Equals(builder.Configuration["OTEL_METRICS_EXPORTER"], "otlp", StringComparison.OrdinalIgnoreCase))
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddOtlpExporter());
    }

    private static CountedExport<Activity> Spans(OtlpExporterOptions collector, IServiceProvider services)
    {
        var queue = services.GetRequiredService<IOptions<BatchExportActivityProcessorOptions>>().Value;
        WithoutEvents();
        var retry = Retry(collector, services);
        return new(new OtlpTraceExporter(collector),
            exporter => new BatchActivityExportProcessor(
                exporter, queue.MaxQueueSize, queue.ScheduledDelayMilliseconds, queue.ExporterTimeoutMilliseconds, Math.Min(queue.MaxExportBatchSize, queue.MaxQueueSize)),
            queue.MaxQueueSize, retry, "traces", services.GetRequiredService<DroppedSignals>());
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
            queue.MaxQueueSize, retry, "logs", services.GetRequiredService<DroppedSignals>());
    }

    // The exporter reads OTEL_EXPORTER_OTLP_* by itself only when it also adds its own processor, which would not count what it loses. So
    // it may do that in a container where nothing ever runs.
    private static OtlpExporterOptions Collector(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddOpenTelemetry().WithTracing(traces => traces.AddOtlpExporter());
        using var container = services.BuildServiceProvider();
        return container.GetRequiredService<IOptionsFactory<OtlpExporterOptions>>().Create(Options.DefaultName);
    }
}
