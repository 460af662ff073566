using DbUp.Engine;
using ECommerce.Hosting;
using ECommerce.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Observability.Health;

namespace ECommerce.Messaging;

public static class MessagingRegistration
{
    /// <summary>Adds the services that all relays share. A module's own relay is added with the module.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddSettings<OutboxOptions>("Outbox");
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<MessagingDb>();
        services.AddSingleton<RelaySignals>().AddSingleton<FailedAttempts>().AddSingleton<RemoteDeliveries>().AddSingleton<InboundEvents>();
        services.AddSingleton<Broadcasts>();
        services.AddPeriodicJob<OutboxMonitor>(JobScope.EveryHost);
        // Pending events are not lost, and no request waits for them: the check is never a reason to take the host out of traffic.
        services.AddHealthChecks().AddCheck<OutboxCheck>("outbox", HealthStatus.Degraded, [HealthTags.Ready]);
        return services;
    }

    /// <summary>Adds the relay of a module's outbox; it starts with the host, in the order of registration.</summary>
    public static IServiceCollection AddOutboxRelay(this IServiceCollection services, ModuleName module) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<OutboxRelay>(provider, module));

    /// <summary>The migrations that make the outbox and the inbox in a module's schema, before the module's own scripts.</summary>
    public static IReadOnlyList<SqlScript> OutboxMigrations(string module) => Outbox.Of(module).Migrations;
}
