using ECommerce.Modules;
using ECommerce.Observability;
using ECommerce.Observability.Tracing;

namespace ECommerce.Host;

/// <summary>Puts what the modules want to find into the shop, after the migrations, before the rounds and relays start and the doors open.</summary>
internal sealed class Seeding(IEnumerable<ISeed> seeds) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var activity = Traces.Source(ModuleName.Platform).StartActivity("seed");
        foreach (var seed in seeds)
            await seed.SeedAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class SeedingRegistration
{
    public static IServiceCollection AddSeeding(this IServiceCollection services) => services.AddHostedService<Seeding>();
}
