using ECommerce.Messaging;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Modules;

internal static class PipelineRegistration
{
    /// <summary>Adds MediatR and its pipeline behaviors, outermost first. MediatR 5.1 is registered by hand (docs/adr/0001).</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, IsolatingMediator>();
        services.AddSingleton<CommandMetrics>().AddSingleton<ForwardedRequests>();
        services.AddSingleton(typeof(CommandTelemetry<>));
        services.AddSingleton<EventTelemetryCache>();
        services.AddScoped<Delivery>();
        // Behaviors have no state of a request, so that they are singletons, which makes scopes cheaper.
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(TelemetryBehavior<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        return services;
    }
}
