using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Modules;
using ECommerce.Web;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Health;
using Observability.Metrics;

namespace ECommerce.Topology;

public static class TopologyRegistration
{
    /// <summary>
    /// Adds the topology: settings, and for each module in another host a client and a forwarding handler for each of its contracts.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="all">Every module of the shop.</param>
    /// <returns>What this host holds, for the registration of its modules.</returns>
    public static HostTopology AddTopology(this IHostApplicationBuilder builder, IReadOnlyList<IModule> all)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSettings<ModulesOptions>(ModulesOptions.Section, isShared: true).AddSettings<ContractsOptions>(ContractsOptions.Section);
        services.AddSingleton<IStartupCheck>(new TopologyCheck(builder.Configuration, all));

        var (topology, contracts) = (HostTopology.Read(builder.Configuration, all), ContractCatalogue.Of(all));
        services.AddSingleton(topology).AddSingleton(contracts).AddMetricsOf<ContractMetrics>().AddSingleton(ContractAttempts.Span);
        if (!topology.IsDistributed)
            return topology;

        // It writes two lines for each call; the metrics and spans of calls say the same.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ContractTokens>(provider, string.Join(',', topology.Hosted.Select(module => module.Name))));
        services.AddSingleton<CallDeadlines>().AddSingleton<IEndpointMiddleware>(provider => provider.GetRequiredService<CallDeadlines>());
        services.AddSingleton<ContractClient>().AddTransient<ContractAttempts>();
        services.AddHealthChecks().AddCheck<ContractsCheck>("contracts", tags: [HealthTags.Ready]);
        foreach (var (module, address) in topology.Remote)
            services.AddModuleClient(module, address);
        // A refusal of another module passes through this host, which explains it at /problems, too.
        foreach (var module in all.Where(module => !topology.Holds(module.Name)))
            services.AddErrors(module.Errors);
        foreach (var contract in contracts.All.Where(contract => topology.Remote.ContainsKey(contract.Module)))
        {
            services.AddTransient(
                typeof(IRequestHandler<,>).MakeGenericType(contract.Request, typeof(Result<>).MakeGenericType(contract.Value)),
                typeof(ForwardingHandler<,>).MakeGenericType(contract.Request, contract.Value));
            services.AddSingleton(new ForwardedRequest(contract.Request));
        }

        return topology;
    }
}
