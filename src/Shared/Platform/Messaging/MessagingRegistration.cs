using ECommerce.Platform.Modules;
using ECommerce.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Observability.Health;

namespace ECommerce.Platform.Messaging;

public static class MessagingRegistration
{
    /// <summary>Adds the services that all relays share. A module's own relay is added with the module.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddSettings<OutboxOptions>("Outbox");
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<MessagingDb>();
        services.AddSingleton<Broadcasts>();
        services.AddRound<OutboxWatch>();
        // Pending events are not lost, and no request waits for them: the check is never a reason to take the host out of traffic.
        services.AddHealthChecks().AddCheck<OutboxCheck>("outbox", HealthStatus.Degraded, [HealthTags.Ready]);
        return services;
    }
}
