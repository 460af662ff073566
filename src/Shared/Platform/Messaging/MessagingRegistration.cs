using ECommerce.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Platform.Messaging;

public static class MessagingRegistration
{
    /// <summary>What every relay shares; each module's own relay comes with the module.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddSettings<OutboxOptions>("Outbox");
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<MessagingDb>();
        services.AddHostedService<OutboxWatch>();
        return services;
    }
}
