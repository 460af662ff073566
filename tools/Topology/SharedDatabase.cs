using ECommerce.EmbeddedPostgres;
using ECommerce.Host;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Topologies;

/// <summary>The database of all hosts: that of <c>ConnectionStrings__ECommerce</c>, or one on an embedded server that the runner holds.</summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    // A host's pools (docs/scaling.md, Connections), and what is left to psql and to migrations.
    private const int ConnectionsPerHost = 29;
    private const int OtherConnections = 13;
    private const int UsualConnections = 100;

    private readonly PostgresCluster? _cluster;

    private SharedDatabase(PostgresCluster? cluster, string connectionString) => (_cluster, ConnectionString) = (cluster, connectionString);

    public string ConnectionString { get; }

    public static async Task<SharedDatabase> StartAsync(RunSettings settings, int hosts, CancellationToken ct)
    {
        if (Replicas.Given("ConnectionStrings__ECommerce") is { } given)
        {
            Directory.CreateDirectory(settings.Data);
            return new(null, given);
        }

        var connections = Math.Max(UsualConnections, OtherConnections + (hosts * ConnectionsPerHost));
        var cluster = await PostgresCluster.StartAsync(new(settings.Data) { MaxConnections = connections }, NullLogger.Instance, ct);
        try
        {
            return new(cluster, await ShopLogin.PrepareAsync(cluster.ConnectionString, ShopModules.Names, ct));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
