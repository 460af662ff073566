using ECommerce.Kernel;
using ECommerce.Platform.Pipeline;
using ECommerce.Platform.Settings;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Metrics;

namespace ECommerce.Platform.Faults;

public static class FaultRegistration
{
    /// <summary>Adds fault injection and its settings (section <c>Faults</c>).</summary>
    public static void AddFaults(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<FaultsOptions>(FaultsOptions.Section);
        services.AddSingleton<IStartupCheck>(new FaultSettings(services, builder.Environment, builder.Configuration));
        foreach (var kind in FaultKinds.All)
            services.AddSingleton(kind);
        services.AddSingleton<FaultLoad, PoolDrain>();
        services.AddSingleton<FaultLoad, CpuBurn>();
        services.AddSingleton<FaultLoad, MemoryLeak>();
        services.AddSingleton<FaultLoad, PoolStarvation>();
        services.AddSingleton<FaultLoad, LogFlood>();
        services.AddSingleton<FaultLoad, CardinalityExplosion>();
        services.AddSingleton<FaultCatalogue>();
        services.AddMetricsOf<FaultMetrics>();
        services.AddSingleton<FaultWords>();
        services.AddSingleton(provider => new FaultSwitches(
            provider.GetRequiredService<FaultCatalogue>(), provider.GetRequiredService<FaultMetrics>(), provider.GetServices<FaultLoad>(),
            provider.GetRequiredService<IOptions<FaultsOptions>>(), provider.GetRequiredService<IHostEnvironment>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FaultSwitches>>()));
        services.AddSingleton<SliceFaults>();
        services.AddHostedService<FaultsAtStart>();
    }

    /// <summary>Registers every handler among the types as a target of faults, under its name in signals.</summary>
    internal static void AddFaultSites(this IServiceCollection services, IEnumerable<Type> types)
    {
        foreach (var site in types.SelectMany(SitesOf).Distinct())
            services.AddSingleton(site);
    }

    private static IEnumerable<FaultSite> SitesOf(Type type) =>
        from contract in type.GetInterfaces()
        where contract.IsGenericType
        let open = contract.GetGenericTypeDefinition()
        where open == typeof(IRequestHandler<,>) || open == typeof(INotificationHandler<>)
        let handlesEvents = open == typeof(INotificationHandler<>)
        let named = handlesEvents ? type : contract.GetGenericArguments()[0]
        select new FaultSite(ModuleName.Of(named).Name, CommandInstrument.NameOf(named), handlesEvents);
}
