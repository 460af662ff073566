using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace ECommerce.Observability.Metrics;

/// <summary>The host's registry of metrics and the page that shows it.</summary>
public static class PrometheusMetrics
{
    private static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");
    private static readonly Exemplar.LabelKey SpanId = Exemplar.Key("span_id");

    /// <summary>
    /// Serves the registry at <paramref name="pattern"/>: text 0.0.4, or OpenMetrics 1.0 with exemplars to a client that asks for it.
    /// </summary>
    public static IEndpointConventionBuilder MapPrometheus(this IEndpointRouteBuilder endpoints, string pattern = "/metrics")
    {
        var page = endpoints.CreateApplicationBuilder()
            .UseMiddleware<MetricServerMiddleware>(new MetricServerMiddleware.Settings
            {
                Registry = endpoints.ServiceProvider.GetRequiredService<CollectorRegistry>(),
            })
            .Build();
        return endpoints.MapGet(pattern, page).WithDisplayName("Prometheus metrics");
    }

    internal static void AddPrometheusMetrics(this IHostApplicationBuilder builder, ObservabilitySettings settings)
    {
        Prometheus.Metrics.SuppressDefaultMetrics();

        builder.Services.AddSingleton(_ => NewRegistry(settings.Build));
        builder.Services.AddSingleton<IMetricFactory>(services => NewFactory(services.GetRequiredService<CollectorRegistry>()));
        builder.Services.AddSingleton<CommandMetrics>();
        builder.Services.AddSingleton<HttpMetrics>();
        builder.Services.AddSingleton<DroppedSignals>();
    }

    private static CollectorRegistry NewRegistry(BuildInfo build)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        DotNetStats.Register(registry);
        NewFactory(registry)
            .CreateGauge("build_info", "Which build is running; always 1.", "version", "commit", "runtime")
            .WithLabels(build.Version, build.Commit, build.Runtime).Set(1);
        return registry;
    }

    private static MetricFactory NewFactory(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.ExemplarBehavior = new()
        {
            DefaultExemplarProvider = static (_, _) => OfCurrentSpan(),
            NewExemplarMinInterval = TimeSpan.FromSeconds(1),
        };
        return factory;
    }

    // Only a span that is kept: an exemplar must lead to a trace.
    private static Exemplar OfCurrentSpan() => Activity.Current is { Recorded: true } span
        ? Exemplar.From(TraceId.WithValue(span.TraceId.ToHexString()), SpanId.WithValue(span.SpanId.ToHexString()))
        : Exemplar.None;
}
