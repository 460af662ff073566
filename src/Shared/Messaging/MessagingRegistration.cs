using DbUp.Engine;
using ECommerce.Hosting;
using ECommerce.Observability;
using ECommerce.Observability.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Messaging;

public static class MessagingRegistration
{
    /// <summary>What every relay shares; each module's own relay comes with the module.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddSettings<OutboxOptions>("Outbox");
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<MessagingDb>();
        services.AddSingleton<Broadcasts>();
        services.AddRound<OutboxWatch>();
        // What waits has not been lost, and no request waits for it: never a reason to take the host out of traffic.
        services.AddHealthChecks().AddCheck<OutboxCheck>("outbox", HealthStatus.Degraded, [HealthTags.Ready]);
        return services;
    }

    /// <summary>Adds the relay of a module's outbox; it starts with the host, in the order of registration.</summary>
    public static IServiceCollection AddOutboxRelay(this IServiceCollection services, ModuleName module) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<OutboxRelay>(provider, module));

    /// <summary>The migration that makes the outbox and the inbox in a module's schema, before the module's own scripts.</summary>
    public static SqlScript OutboxMigration(string module) => Outbox.Of(module).Migration;
}
