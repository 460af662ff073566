using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Topology;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Observability;
using Observability.Health;
using Observability.Logging;
using Observability.Metrics;
using Observability.Otlp;
using Observability.Settings;
using Observability.Tracing;

namespace ECommerce.Host;

/// <summary>Sets up the host's telemetry and maps its endpoints.</summary>
internal static class Signals
{
    public static void AddSignals(this WebApplicationBuilder builder, HostTopology topology)
    {
        builder.AddObservability(settings =>
        {
            (settings.ServiceName, settings.Namespace, settings.Build) = ("ecommerce", "ECommerce", BuildInfo.Of(typeof(Program).Assembly));
            settings.Topology = topology.Name;
            settings.Owner = OwnerOf(ModuleName.Platform);
            settings.OwnerOfCategory = category => OwnerOf(ModuleName.OfCategory(category));
            settings.OwnerOfRoute = OwnerOfRoute;
            settings.Meters.Add("Npgsql");
            settings.UnwantedInstruments.UnionWith(
                ["db.client.operation.npgsql.executing", "db.client.operation.npgsql.bytes_written", "db.client.operation.npgsql.bytes_read"]);
            settings.LogLevels["Npgsql"] = LogLevel.Warning;
            settings.Tracing = tracing => tracing.AddNpgsql();
            settings.IsPublicTraffic = context => context.Listener() != Listener.Management && ObservabilitySettings.IsNeitherProbeNorScrape(context);
            settings.IsOperators = context => context.Listener() == Listener.Management;
        });
        builder.Services.AddSettings<LogOptions>(LogOptions.Section, isShared: true)
            .AddSettings<HealthOptions>(HealthOptions.Section)
            .AddSettings<MetricsOptions>(MetricsOptions.Section)
            .AddSettings<TracesOptions>(TracesOptions.Section)
            .AddSettings<NoiseOptions>(NoiseOptions.Section)
            .AddSettings<OtlpOptions>(OtlpOptions.Section);
        builder.Services.AddSingleton<IStartupCheck>(new OtelCheck(builder.Configuration));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<TelemetryFlush>();
    }

    public static void MapSignals(this WebApplication app)
    {
        app.MapHealth().WithTags("Platform").RequireListener(Listener.Both | Listener.Internal);
        app.MapPrometheus().RequireListener(Listener.Management);
        app.MapRuntimeMetrics().RequireListener(Listener.Management);
    }

    private static Owner OwnerOf(ModuleName module) => new(module.Name, module.Service);

    // A route without a module in its path is the platform's.
    private static Owner? OwnerOfRoute(string path) =>
        path.Split('/') switch
        {
            ["", "api", var module, ..] when !module.StartsWith(':') => new(module, $"{module}-service"),
            ["", "contracts", var contract] when contract.Split('.') is [var module, ..] => new(module, $"{module}-service"),
            _ => null,
        };

    private sealed class OtelCheck(IConfiguration configuration) : IStartupCheck
    {
        public IEnumerable<string> Problems() => OtelVariables.Problems(configuration);
    }
}
