using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Platform.Data;

/// <summary>The database is there, and up to date, before any other hosted part starts; it goes when the last of them has stopped.</summary>
internal sealed class DatabaseStartup(DatabaseServer server, Migrator migrator, IEnumerable<ModuleSchema> modules) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        await migrator.MigrateAsync(server.ConnectionString, [.. modules], cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => server.StopAsync();
}

/// <summary>Puts the database into a host.</summary>
public static class DatabaseRegistration
{
    /// <summary>Adds the server, its migrations and their settings (sections <c>Database</c> and <c>Data</c>, checked at start).</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>().Bind(configuration.GetSection(DatabaseOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<DatabaseServer>()
            .AddSingleton<Migrator>()
            .AddHostedService<DatabaseStartup>();
    }
}
