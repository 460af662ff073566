using ECommerce.Messaging;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Modules;

internal static class PipelineRegistration
{
    /// <summary>The road of every request, outermost first. MediatR 5.1 is registered by hand: docs/adr/0001.</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, IsolatingMediator>();
        services.AddSingleton(typeof(CommandInstrument<>));
        services.AddSingleton<EventInstruments>();
        services.AddScoped<Delivery>();
        // Behaviors keep nothing of a request, and a scope that holds fewer things is cheaper: one of each for all requests.
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(TelemetryBehavior<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        return services;
    }
}
