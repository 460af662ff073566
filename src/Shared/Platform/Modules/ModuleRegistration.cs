using System.Reflection;
using Carter;
using ECommerce.Kernel;
using ECommerce.Platform.Data;
using ECommerce.Platform.Faults;
using ECommerce.Platform.Http;
using ECommerce.Platform.Messaging;
using ECommerce.Platform.Pipeline;
using ECommerce.Platform.Telemetry;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Platform.Modules;

/// <summary>Scans each module's assembly once and registers its handlers, rules, endpoints and event handlers.</summary>
public static class ModuleRegistration
{
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration, passed on to each module.</param>
    /// <param name="host">The host's own assembly, which may handle events and has no data.</param>
    /// <param name="modules">The modules of this process.</param>
    public static IServiceCollection AddModules(
        this IServiceCollection services, IConfiguration configuration, Assembly host, IReadOnlyList<IModule> modules)
    {
        Assembly[] assemblies = [host, .. modules.Select(module => module.GetType().Assembly)];
        Type[] types = [.. assemblies.SelectMany(assembly => assembly.GetTypes()).Where(IsConcrete)];

        services.AddPipeline();
        services.AddSingleton<StartupNotes>();
        foreach (var span in PlatformSpans.All)
            services.AddSingleton(span);
        services.AddSingleton(CommandLine.Ended).AddSingleton(CommandLine.Refused);
        foreach (var type in types)
        {
            foreach (var (open, closed) in ContractsOf(type))
            {
                if (open == typeof(IRequestHandler<,>))
                    services.AddTransient(closed, type);
                else if (open == typeof(IValidator<>))
                    services.AddSingleton(closed, type);
            }
        }

        services.AddFaultSites(types);
        services.AddSingleton(EventCatalogue.Of(types));
        foreach (var handler in types.Where(type => ContractsOf(type).Any(contract => contract.Open == typeof(INotificationHandler<>))))
            services.AddScoped(handler);

        // Carter's own scan finds public types only, and registers validators that nothing uses.
        Type[] endpoints = [.. types.Where(typeof(ICarterModule).IsAssignableFrom)];
        services.AddCarter(configurator: carter => carter.WithModules(endpoints).WithEmptyValidators());

        services.AddSingleton<ErrorCatalogue>().AddErrors([.. Error.AllOf(typeof(ManagementErrors)), .. Error.AllOf(typeof(FaultErrors))]);
        foreach (var module in modules)
        {
            services.AddSingleton(module);
            services.AddSingleton(ModuleSchema.Of(module));
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<OutboxRelay>(provider, ModuleName.Of(module.GetType())));
            services.AddErrors(module.Errors);
            module.AddServices(services, configuration);
        }

        return services;
    }

    private static bool IsConcrete(Type type) => type is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false };

    private static IEnumerable<(Type Open, Type Closed)> ContractsOf(Type type) =>
        type.GetInterfaces().Where(contract => contract.IsGenericType).Select(contract => (contract.GetGenericTypeDefinition(), contract));
}
