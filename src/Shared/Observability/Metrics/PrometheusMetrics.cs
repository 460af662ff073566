using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Context;
using Observability.Settings;
using Prometheus;

namespace Observability.Metrics;

/// <summary>The host's Prometheus registry and its <c>/metrics</c> endpoint.</summary>
public static class PrometheusMetrics
{
    /// <summary>
    /// Maps the endpoint of the registry: text format 0.0.4, or OpenMetrics 1.0 with exemplars when the Accept header asks for it.
    /// </summary>
    public static IEndpointConventionBuilder MapPrometheus(this IEndpointRouteBuilder endpoints, string pattern = "/metrics")
    {
        var page = endpoints.CreateApplicationBuilder()
            .UseMiddleware<MetricServerMiddleware>(new MetricServerMiddleware.Settings
            {
                Registry = endpoints.ServiceProvider.GetRequiredService<CollectorRegistry>(),
            })
            .Build();
        foreach (var declaring in endpoints.ServiceProvider.GetServices<DeclaringType>())
            endpoints.ServiceProvider.GetRequiredService(declaring.Type);
        return endpoints.MapGet(pattern, context => ServeAsync(context, page)).WithDisplayName("Prometheus metrics");
    }

    /// <summary>
    /// Registers a class that declares metrics and creates it before the first scrape, so that its counters start at 0 instead of being
    /// absent (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics).
    /// </summary>
    public static IServiceCollection AddMetricsOf<T>(this IServiceCollection services)
        where T : class => services.AddSingleton<T>().AddSingleton(new DeclaringType(typeof(T)));

    private static async Task ServeAsync(HttpContext context, RequestDelegate page)
    {
        var (response, written) = (context.Response.Body, new MemoryStream());
        context.Response.Body = written;
        await page(context);
        context.Response.Body = response;
        HistogramCounts.Mend(written.GetBuffer().AsSpan(0, (int)written.Length), context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    internal static void AddPrometheusMetrics(this IHostApplicationBuilder builder, ObservabilitySettings settings)
    {
        Prometheus.Metrics.SuppressDefaultMetrics();

        builder.Services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(_ => Prometheus.Metrics.NewCustomRegistry());
        builder.Services.AddSingleton(services => NewFamilies(services, settings));
        builder.Services.AddSingleton<DroppedSignals>().AddSingleton<MetricText>();
        builder.Services.AddHostedService<ProcessMetrics>();
        builder.Services.AddHostedService<ThreadPoolQueueDelay>();
    }

    private static MetricFamilies NewFamilies(IServiceProvider services, ObservabilitySettings settings)
    {
        var metrics = ActivatorUtilities.CreateInstance<MetricFamilies>(services);
        metrics.Gauge("build_info", "Version, commit and runtime of the running build, the host's name in log lines and traces, and the topology; always 1. Shows whether a problem began with a release.", "version", "commit", "runtime", "host", "topology")
            .With(settings.Build.Version, settings.Build.Commit, settings.Build.Runtime, services.GetRequiredService<ServiceInstance>().Id, settings.Topology).Set(1);
        return metrics;
    }

    private sealed record DeclaringType(Type Type);
}
