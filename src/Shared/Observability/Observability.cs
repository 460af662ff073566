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

/// <summary>The two lines that make a host observable.</summary>
public static class Observability
{
    /// <summary>Metrics, logs, traces and health of this host, its own registry included: two hosts in one process share nothing.</summary>
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
    /// One HTTP measurement and one completion line per request of public traffic, and <c>X-Trace-Id</c> and <c>X-Request-Id</c> on every
    /// response. It must be the outermost middleware, or it misses what the others answer.
    /// </summary>
    public static IApplicationBuilder UseHttpTelemetry(this IApplicationBuilder app) => app.UseMiddleware<HttpTelemetry>();
}
