using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Health;

namespace ECommerce.Data;

/// <summary>
/// A hosted service that starts and migrates the database before any other hosted service starts, and stops it after all others.
/// </summary>
internal sealed class DatabaseStartup(DatabaseServer server, ModuleDataSources pools, Migrator migrator, IEnumerable<ModuleSchema> modules) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        string[] names = [.. modules.Select(module => module.Name)];
        await ServerInspection.BeforeMigrationsAsync(server.ConnectionString, names, cancellationToken);
        await migrator.MigrateAsync(server.ConnectionString, [.. modules], cancellationToken);
        await ServerInspection.AfterMigrationsAsync(pools, names, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Pools are disposed first: a server that stops under an open connection is an error to its holder.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await pools.DisposeAsync();
        await server.StopAsync();
    }
}

/// <summary>The extension method that adds the database to a host.</summary>
public static class DatabaseRegistration
{
    /// <summary>Adds the server, its migrations and their settings (section <c>Database</c>, checked at start).</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: [HealthTags.Ready, HealthTags.Startup, HealthTags.ForOperators])
            .AddCheck<MigrationsCheck>("migrations", tags: [HealthTags.Ready, HealthTags.Startup])
            .AddCheck<DiskCheck>("disk", tags: [HealthTags.Ready]);
        return services
            .AddSettings<DatabaseOptions>(DatabaseOptions.Section)
            .AddSingleton<DatabaseMetrics>()
            .AddSingleton<IStatementInterceptor, StatementTiming>()
            .AddSingleton<ServerMetrics>()
            .AddSingleton<CircuitMetrics>().AddSingleton<DatabaseCircuit>().AddSingleton<AbandonedCalls>()
            .AddSingleton<ModuleDataSources>()
            .AddSingleton<IJobLock, JobLock>()
            .AddSingleton<DatabaseServer>()
            .AddSingleton<Migrator>()
            .AddHostedService<DatabaseStartup>()
            .AddHostedService<DatabaseProbe>()
            .AddPeriodicJob<ServerMonitor>(JobScope.EveryHost);
    }
}
