using ECommerce.Observability.Health;
using ECommerce.Observability.Logging;
using ECommerce.Observability.Metrics;
using ECommerce.Observability.Otlp;
using ECommerce.Observability.Profiling;
using ECommerce.Observability.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Observability;

/// <summary>The extension methods that add observability to a host: one for its services and one for its pipeline.</summary>
public static class Observability
{
    /// <summary>
    /// Adds metrics, logs, traces and health checks. The registry belongs to the host: two hosts in one process share nothing.
    /// </summary>
    public static TBuilder AddObservability<TBuilder>(this TBuilder builder, Action<ObservabilitySettings>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        var settings = new ObservabilitySettings();
        configure?.Invoke(settings);

        var instance = ServiceInstance.Of(builder.Configuration);
        builder.Services.AddSingleton(settings).AddSingleton(instance);
        builder.AddPrometheusMetrics(settings);
        builder.AddRuntimeMetrics(settings);
        builder.AddJsonLogs();
        builder.AddTraces(settings, instance);
        builder.AddRecentSpans();
        builder.Services.AddSingleton(SpanShape.Server);
        builder.Services.AddSingleton(RequestLine.Kind);
        builder.Services.AddOptions<NoiseOptions>().BindConfiguration(NoiseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RequestNoise>();
        builder.AddOtlpExport();
        builder.AddHealth();
        builder.Services.AddSingleton<Profiler>().AddSingleton<Heap>();
        return builder;
    }

    /// <summary>
    /// Adds the outermost middleware: one measurement and one completion line per request of public traffic, and <c>X-Trace-Id</c> and
    /// <c>X-Request-Id</c> on every response. It must come first in the pipeline to see every answer.
    /// </summary>
    public static IApplicationBuilder UseHttpTelemetry(this IApplicationBuilder app) => app.UseMiddleware<HttpTelemetry>();
}
