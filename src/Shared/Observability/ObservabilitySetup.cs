using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Context;
using Observability.Health;
using Observability.Http;
using Observability.Logging;
using Observability.Metrics;
using Observability.Otlp;
using Observability.Settings;
using Observability.Tracing;

namespace Observability;

/// <summary>The extension methods that add observability to a host: one for its services and one for its pipeline.</summary>
public static class ObservabilitySetup
{
    /// <summary>
    /// Adds metrics, logs, traces and health checks. The registry belongs to the host: two hosts in one process share nothing.
    /// </summary>
    public static TBuilder AddObservability<TBuilder>(this TBuilder builder, Action<ObservabilitySettings>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        var settings = new ObservabilitySettings(builder.Environment.ApplicationName);
        configure?.Invoke(settings);

        var instance = ServiceInstance.Of(builder.Configuration);
        builder.Services.AddSingleton(settings).AddSingleton(instance).AddSingleton<Owners>();
        builder.AddPrometheusMetrics(settings);
        builder.AddRuntimeMetrics(settings);
        builder.AddJsonLogs(settings);
        builder.AddTraces(settings, instance);
        builder.AddServerSpans(settings);
        builder.AddRecentSpans();
        builder.Services.AddSingleton(RequestLine.Kind);
        builder.Services.AddOptions<NoiseOptions>().BindConfiguration(NoiseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RequestTelemetryLimiter>();
        builder.Services.AddSingleton<HttpMetrics>();
        builder.AddOtlpExport();
        builder.AddHealth();
        return builder;
    }

    /// <summary>
    /// <see cref="UseHttpTelemetry"/>, the health endpoints, <c>/metrics</c> and <c>/metrics/runtime</c>, at every address of the application. A
    /// host that serves metrics at an address of its own calls the four methods one by one.
    /// </summary>
    public static WebApplication UseObservability(this WebApplication app)
    {
        app.UseHttpTelemetry();
        app.MapHealth();
        app.MapPrometheus();
        app.MapRuntimeMetrics();
        return app;
    }

    /// <summary>
    /// Adds the outermost middleware: one measurement and one completion line per request of public traffic, and <c>X-Trace-Id</c> and
    /// <c>X-Request-Id</c> on every response. It must come first in the pipeline to see every answer.
    /// </summary>
    public static IApplicationBuilder UseHttpTelemetry(this IApplicationBuilder app) => app.UseMiddleware<HttpTelemetry>();
}
