using ECommerce.Host;
using ECommerce.Testing;
using ECommerce.Web;

namespace ECommerce.Topologies;

/// <summary>
/// The topology <c>services</c>: a host for each module, RabbitMQ between them, and haproxy in front, which sends each request to the host of
/// its module. The hosts share one PostgreSQL database, in which each uses its own schema, so that the data are those of <c>make run</c>.
/// </summary>
internal static class Services
{
    public static async Task<ShopTopology> PrepareAsync(RunSettings settings, CancellationToken ct)
    {
        HostAddresses[] hosts = [.. ShopModules.Names.Select((module, place) => HostAddresses.Of(place + 1, settings.Port) with { Name = module })];
        var (shop, statistics) = (new Uri($"http://127.0.0.1:{settings.Port}"), new Uri($"http://127.0.0.1:{settings.Port + 4}"));
        var database = await SharedDatabase.StartAsync(settings, hosts.Length, ct);
        RabbitMqServer? broker = null;
        try
        {
            broker = await RabbitMqServer.StartAsync();
            var pid = settings.PidFile("rabbitmq");
            await File.WriteAllTextAsync(pid, $"{broker.ProcessId}\n", ct);
            var configuration = Path.Combine(settings.Data, "haproxy.cfg");
            await File.WriteAllTextAsync(configuration, HaproxyFile.MakeByModule(shop, statistics, hosts), ct);
            var balancer = new Part("haproxy", [HaproxyFile.Program, "-db", "-f", configuration], [], statistics);
            var key = SigningKey.NewPem();
            return new(
                [[.. hosts.Select(host => Host(host, hosts, settings, database.ConnectionString, broker.Address, key))], [balancer]],
                Banner(shop, hosts), new Foundation(database, broker, pid));
        }
        catch
        {
            await new Foundation(database, broker, settings.PidFile("rabbitmq")).DisposeAsync();
            throw;
        }
    }

    private static Part Host(HostAddresses host, HostAddresses[] all, RunSettings settings, string database, string broker, string key)
    {
        var equal = Replicas.Host(host, settings, database);
        return equal with
        {
            Environment =
            [
                .. equal.Environment,
                ("Modules__Hosted", host.Name),
                .. all.Where(other => other != host).Select(other => ($"Modules__{other.Name}__Address", (string?)Replicas.Bare(other.Internal))),
                ("Endpoints__Internal", Replicas.Bare(host.Internal)),
                ("Contracts__SigningKey", key),
                ("Broker__Address", broker),
            ],
        };
    }

    private static string[] Banner(Uri shop, HostAddresses[] hosts) =>
    [
        $"The shop is open:  {Replicas.Bare(shop)}",
        .. hosts.Select(host => $"{$"{host.Name}:",-19}{Replicas.Bare(host.Public)}, for operators {Replicas.Bare(host.Management)}/ops, for hosts {Replicas.Bare(host.Internal)}"),
        "Ctrl-C stops everything.",
    ];

    /// <summary>The servers that the runner holds: PostgreSQL ends last.</summary>
    private sealed class Foundation(SharedDatabase database, RabbitMqServer? broker, string pid) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            File.Delete(pid);
            if (broker is not null)
                await broker.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
