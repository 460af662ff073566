using ECommerce.Hosting;
using ECommerce.Observability;
using ECommerce.Observability.Health;
using ECommerce.Observability.Logging;
using ECommerce.Observability.Metrics;
using ECommerce.Observability.Otlp;
using ECommerce.Observability.Tracing;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace ECommerce.Host;

/// <summary>What the host says about itself, and where it says it.</summary>
internal static class Signals
{
    public static void AddSignals(this WebApplicationBuilder builder)
    {
        builder.AddObservability(settings =>
        {
            settings.Tracing = tracing => tracing.AddNpgsql();
            settings.IsPublicTraffic = context => context.Listener() == Listener.Public && ObservabilitySettings.IsNeitherProbeNorScrape(context);
            settings.IsOperators = context => context.Listener() == Listener.Management;
        });
        builder.Services.AddSettings<LogOptions>(LogOptions.Section, isShared: true).AddSettings<HealthOptions>(HealthOptions.Section).AddSettings<MetricsOptions>(MetricsOptions.Section).AddSettings<TracesOptions>(TracesOptions.Section).AddSettings<NoiseOptions>(NoiseOptions.Section).AddSettings<OtlpOptions>(OtlpOptions.Section);
        builder.Services.AddSingleton<IStartupCheck>(new OtelCheck(builder.Configuration));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<TelemetryFlush>();
    }

    public static void MapSignals(this WebApplication app)
    {
        app.MapHealth().On(Listener.Both);
        app.MapPrometheus().On(Listener.Management);
        app.MapRuntimeMetrics().On(Listener.Management);
    }

    private sealed class OtelCheck(IConfiguration configuration) : IStartupCheck
    {
        public IEnumerable<string> Problems() => OtelVariables.Problems(configuration);
    }
}
