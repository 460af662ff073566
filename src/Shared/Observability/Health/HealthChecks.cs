using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Observability.Health;

/// <summary>Registers the framework's health checks, each with a time limit, and the cached probes in front of them.</summary>
internal static class HealthChecks
{
    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHealthChecks();
        services.AddOptions<HealthCheckServiceOptions>().PostConfigure<IOptions<HealthOptions>>(LimitTime);
        services.Configure<HealthCheckPublisherOptions>(round => (round.Delay, round.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Readiness(provider.GetRequiredService<MetricsHealthCheckPublisher>().Of(Readiness.Check)));
        services.AddSingleton<MetricsHealthCheckPublisher>();
        services.AddSingleton<IHealthCheckPublisher>(provider => provider.GetRequiredService<MetricsHealthCheckPublisher>());
        services.AddKeyedSingleton(HealthTags.Ready, NewProbe);
        services.AddKeyedSingleton(HealthTags.Startup, NewProbe);
    }

    private static void LimitTime(HealthCheckServiceOptions checks, IOptions<HealthOptions> options)
    {
        var limit = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        foreach (var registration in checks.Registrations)
        {
            var newCheck = registration.Factory;
            registration.Factory = services => new TimeoutHealthCheck(newCheck(services), limit);
        }
    }

    private static CachedHealthChecks NewProbe(IServiceProvider services, object? tag) => new(
        services.GetRequiredService<HealthCheckService>(),
        services.GetRequiredService<MetricsHealthCheckPublisher>(),
        services.GetRequiredService<TimeProvider>(),
        (string)tag!,
        TimeSpan.FromSeconds(services.GetRequiredService<IOptions<HealthOptions>>().Value.CacheSeconds));
}
