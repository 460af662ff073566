using System.Globalization;
using ECommerce.EmbeddedPostgres;
using ECommerce.Host;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Topologies;

/// <summary>The topology <c>replicas</c>: equal hosts on one PostgreSQL, behind haproxy.</summary>
internal static class Replicas
{
    // A host's pools (docs/scaling.md, Connections), and what is left to psql and to migrations.
    private const int ConnectionsPerHost = 29;
    private const int OtherConnections = 13;
    private const int UsualConnections = 100;

    // Longer than the balancer needs to notice that readiness fails: two checks, half a second apart.
    private const string DrainDelay = "00:00:02";

    public static async Task<ShopTopology> PrepareAsync(RunSettings settings, CancellationToken ct)
    {
        HostAddresses[] hosts = [.. Enumerable.Range(1, settings.Hosts).Select(number => HostAddresses.Of(number, settings.Port))];
        var shop = new Uri($"http://127.0.0.1:{settings.Port}");
        var statistics = new Uri($"http://127.0.0.1:{settings.Port + 4}");
        var database = await PrepareDatabaseAsync(settings, ct);
        try
        {
            var configuration = Path.Combine(settings.Data, "haproxy.cfg");
            await File.WriteAllTextAsync(configuration, HaproxyFile.Make(shop, statistics, hosts), ct);
            var balancer = new Part("haproxy", [HaproxyFile.Program, "-db", "-f", configuration], [], statistics);
            return new([[.. hosts.Select(host => Host(host, settings, database.ConnectionString))], [balancer]], Banner(shop, statistics, hosts), database);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static Part Host(HostAddresses host, RunSettings settings, string database) => new(host.Name, Part.HostCommand,
    [
        ("ConnectionStrings__ECommerce", database),
        ("Data__Directory", settings.Data), // the generated keys, which all hosts share
        ("Endpoints__Public", Bare(host.Public)),
        ("Endpoints__Management", Bare(host.Management)),
        ("Endpoints__TrustedProxies", "127.0.0.1"),
        ("Logging__Format", Given("Logging__Format") ?? "Text"),
        ("Shutdown__DrainDelay", Given("Shutdown__DrainDelay") ?? DrainDelay),
        ("OTEL_RESOURCE_ATTRIBUTES", string.Join(',', ((string?[])[Given("OTEL_RESOURCE_ATTRIBUTES"), $"service.instance.id={host.Name}"]).OfType<string>())),
    ], new(host.Management, "/health/ready"));

    private static string[] Banner(Uri shop, Uri statistics, HostAddresses[] hosts) =>
    [
        $"The shop is open:  {Bare(shop)}",
        .. hosts.Select(host => $"{host.Name}:            {Bare(host.Public)}, for operators {Bare(host.Management)}/ops"),
        $"The balancer:      {Bare(statistics)}",
        "Ctrl-C stops everything.",
    ];

    private static async Task<Database> PrepareDatabaseAsync(RunSettings settings, CancellationToken ct)
    {
        if (Given("ConnectionStrings__ECommerce") is { } given)
        {
            Directory.CreateDirectory(settings.Data);
            return new(null, given);
        }

        var connections = Math.Max(UsualConnections, OtherConnections + (settings.Hosts * ConnectionsPerHost));
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

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : null;

    private static string Bare(Uri address) => address.ToString().TrimEnd('/');

    private sealed record Database(PostgresCluster? Cluster, string ConnectionString) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>The addresses of one of the hosts.</summary>
internal sealed record HostAddresses(string Name, Uri Public, Uri Management)
{
    private const int Step = 100;

    /// <param name="number">The host's number, from 1.</param>
    /// <param name="port">The port of the shop.</param>
    public static HostAddresses Of(int number, int port) => new(
        string.Create(CultureInfo.InvariantCulture, $"host-{number}"),
        new($"http://127.0.0.1:{port + (number * Step)}"), new($"http://127.0.0.1:{port + (number * Step) + 1}"));
}
