using System.Reflection;
using Carter;
using ECommerce.Data;
using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Messaging;
using ECommerce.Web;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Modules;

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
        services.AddSingleton<StartupMessages>().AddSingleton<Failpoints>();
        foreach (var span in SharedSpans.All)
            services.AddSingleton(span);
        services.AddSingleton(CommandLogLine.Ended).AddSingleton(CommandLogLine.Refused);
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

        foreach (var slice in types.SelectMany(SlicesOf).Distinct())
            services.AddSingleton(slice);
        services.AddSingleton(EventCatalogue.Of(types));
        foreach (var handler in types.Where(type => ContractsOf(type).Any(contract => contract.Open == typeof(INotificationHandler<>))))
            services.AddScoped(handler);

        // Carter's own scan finds public types only, and registers validators that nothing uses.
        Type[] endpoints = [.. types.Where(typeof(ICarterModule).IsAssignableFrom)];
        services.AddCarter(configurator: carter => carter.WithModules(endpoints).WithEmptyValidators());

        foreach (var module in modules)
        {
            services.AddSingleton(module);
            services.AddSingleton(SchemaOf(module));
            services.AddOutboxRelay(ModuleName.Of(module.GetType()));
            services.AddErrors(module.Errors);
            module.AddServices(services, configuration);
        }

        return services;
    }

    /// <summary>A module's part of the database: its outbox and inbox, and what its own scripts make.</summary>
    public static ModuleSchema SchemaOf(IModule module) =>
        new(module.Name, module.GetType().Assembly) { Common = MessagingRegistration.OutboxMigrations(module.Name) };

    /// <summary>A type's slices, one for each contract that it handles.</summary>
    private static IEnumerable<SliceDescriptor> SlicesOf(Type type) =>
        from contract in ContractsOf(type)
        where contract.Open == typeof(IRequestHandler<,>) || contract.Open == typeof(INotificationHandler<>)
        let handlesEvents = contract.Open == typeof(INotificationHandler<>)
        let named = handlesEvents ? type : contract.Closed.GetGenericArguments()[0]
        select new SliceDescriptor(ModuleName.Of(named).Name, CommandTelemetry.NameOf(named), handlesEvents);

    private static bool IsConcrete(Type type) => type is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false };

    private static IEnumerable<(Type Open, Type Closed)> ContractsOf(Type type) =>
        type.GetInterfaces().Where(contract => contract.IsGenericType).Select(contract => (contract.GetGenericTypeDefinition(), contract));
}
