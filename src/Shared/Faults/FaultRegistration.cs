using ECommerce.Data;
using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Messaging;
using ECommerce.Modules;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Metrics;

namespace ECommerce.Faults;

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
        // The pools know the faults of statements, and those the loads: this one asks for the pools when it needs them.
        services.AddSingleton<FaultLoad>(provider => ActivatorUtilities.CreateInstance<PoolDrain>(
            provider, (Func<ModuleDataSources>)provider.GetRequiredService<ModuleDataSources>));
        services.AddSingleton<FaultLoad, CpuBurn>();
        services.AddSingleton<FaultLoad, MemoryLeak>();
        services.AddSingleton<FaultLoad, PoolStarvation>();
        services.AddSingleton<FaultLoad, LogFlood>();
        services.AddSingleton<FaultLoad, CardinalityExplosion>();
        services.AddSingleton<FaultCatalogue>();
        services.AddMetricsOf<FaultMetrics>();
        services.AddSingleton<FaultParser>();
        services.AddSingleton(provider => new FaultInjector(
            provider.GetRequiredService<FaultCatalogue>(), provider.GetRequiredService<FaultMetrics>(), provider.GetServices<FaultLoad>(),
            provider.GetRequiredService<IOptions<FaultsOptions>>(), provider.GetRequiredService<IHostEnvironment>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FaultInjector>>()));
        services.AddSingleton<IStatementInterceptor, StatementFaults>();
        services.AddSingleton<IHandlerInterceptor, HandlerFaults>();
        services.AddSingleton<IRelayInterceptor, RelayFaults>();
        services.AddSingleton<IFailpointInterceptor, FailpointFaults>();
        services.AddSingleton<IContractCallInterceptor, ContractFaults>();
        services.AddSingleton<IEndpointMiddleware, FaultHeader>();
        services.AddSingleton<IOperations, FaultOperations>();
        services.AddErrors(Error.AllOf(typeof(FaultErrors)));
        services.AddHostedService<FaultsAtStart>();
    }
}
