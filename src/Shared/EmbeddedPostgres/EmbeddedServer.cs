using ECommerce.Data;
using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.EmbeddedPostgres;

/// <summary>The server in the folder that <c>Data__Directory</c> names, with the shop's login and database in it.</summary>
internal sealed partial class EmbeddedServer(
    IOptions<DatabaseOptions> database, IOptions<DataOptions> data, IEnumerable<ModuleSchema> modules, ILogger<EmbeddedServer> log) : IEmbeddedServer
{
    private PostgresCluster? _cluster;

    public string Folder => ClusterFolder.PlaceIn(data.Value.FullPath);

    public bool IsInUse() => HostLock.IsHeld(data.Value.FullPath);

    public async Task<string> StartAsync(CancellationToken ct)
    {
        var settings = new PostgresClusterSettings(data.Value.FullPath)
        {
            StartTimeout = database.Value.StartTimeout,
            PredecessorTimeout = database.Value.PredecessorTimeout,
        };
        _cluster = await PostgresCluster.StartAsync(settings, log, ct);
        Started(log, settings.Directory);

        return await ShopLogin.PrepareAsync(_cluster.ConnectionString, [.. modules.Select(module => module.Name)], ct);
    }

    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _cluster, null) is { } running)
            await running.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Information, "PostgreSQL is embedded in {Directory}", EventName = "postgres.embedded")]
    private static partial void Started(ILogger log, string directory);
}

/// <summary>Puts the embedded PostgreSQL into a host.</summary>
public static class EmbeddedPostgresRegistration
{
    /// <summary>Lets a host without a connection string start a PostgreSQL of its own, in the data folder (section <c>Data</c>).</summary>
    public static IServiceCollection AddEmbeddedPostgres(this IServiceCollection services) =>
        services.AddSettings<DataOptions>(DataOptions.Section).AddSingleton<IEmbeddedServer, EmbeddedServer>();
}
