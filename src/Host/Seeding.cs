using ECommerce.Kernel;
using ECommerce.Modules;
using Observability.Tracing;

namespace ECommerce.Host;

/// <summary>
/// A hosted service that runs the seeds of all modules, after the migrations and before periodic jobs, relays and listeners start.
/// </summary>
internal sealed class Seeding(IEnumerable<ISeed> seeds) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var activity = Traces.Source(ModuleName.Platform.Source).StartActivity("seed");
        foreach (var seed in seeds)
            await seed.SeedAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class SeedingRegistration
{
    public static IServiceCollection AddSeeding(this IServiceCollection services) => services.AddHostedService<Seeding>();
}
