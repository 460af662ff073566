using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Observability.Health;

namespace ECommerce.RabbitMq;

/// <summary>The extension method that adds the message broker to a host.</summary>
public static class RabbitMqRegistration
{
    /// <summary>
    /// Adds the transport of events between processes. It does nothing where the process hosts all modules. It is registered before the
    /// modules, so that the relays stop before the connection closes.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="hosted">The modules that this process hosts.</param>
    /// <param name="modules">A type of each module's assembly, hosted or not.</param>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services, IConfiguration configuration, HostedModules hosted, IEnumerable<Type> modules)
    {
        ArgumentNullException.ThrowIfNull(hosted);
        Type[] all = [.. modules];
        var routes = new BrokerModules(hosted, EventRoutes.Of(all.Select(module => module.Assembly)), [.. all.Select(ModuleName.Of)]);
        services.AddSettings<BrokerOptions>(BrokerOptions.Section);
        services.AddSingleton(hosted).AddSingleton(routes);
        services.AddSingleton<BrokerMetrics>().AddSingleton<IEagerSingleton>(provider => provider.GetRequiredService<BrokerMetrics>());
        foreach (var span in BrokerSpans.All)
            services.AddSingleton(span);
        if (!routes.IsActive)
            return services;

        services.AddSingleton<IStartupCheck>(new BrokerAddressCheck(configuration));
        services.AddSingleton<BrokerConnection>().AddSingleton<IHostedService>(provider => provider.GetRequiredService<BrokerConnection>());
        services.AddSingleton<IEventTransport, EventPublisher>();
        services.AddSingleton<IBrokerLink, BroadcastLink>().AddSingleton<IBrokerLink, ReceiptConsumer>().AddSingleton<IBrokerLink, EventConsumer>();
        services.AddHealthChecks().AddCheck<BrokerCheck>("broker", HealthStatus.Degraded, [HealthTags.Ready]);
        return services;
    }

    /// <summary>Requires an address of the broker.</summary>
    private sealed class BrokerAddressCheck(IConfiguration configuration) : IStartupCheck
    {
        public IEnumerable<string> Problems()
        {
            // The value is a secret and is not repeated.
            if (configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.Address)}"] is not { Length: > 0 } given)
                yield return "Broker__Address is required where modules are hosted by other processes: amqp://user:password@host:5672/vhost.";
            else if (!Uri.TryCreate(given, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps"))
                yield return "Broker__Address is not amqp://user:password@host:5672/vhost.";
        }
    }
}
