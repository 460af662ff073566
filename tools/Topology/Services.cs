using System.Globalization;
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
        var modules = Modules(settings, hostsOfEach: 1);
        HostAddresses[] hosts = [.. modules.Select(module => module.Hosts[0])];
        var database = await SharedDatabase.StartAsync(settings, hosts.Length, ct);
        RabbitMqServer? broker = null;
        try
        {
            broker = await RabbitMqServer.StartAsync();
            var pid = settings.PidFile("rabbitmq");
            await File.WriteAllTextAsync(pid, $"{broker.ProcessId}\n", ct);
            var balancer = await Balancer.PartAsync(settings, HaproxyFile.MakeByModule(settings.Shop, settings.Statistics, modules), ct);
            var key = SigningKey.NewPem();
            return new(
                [
                    Consoles.Connect([.. modules.Select(module => Host(module.Hosts[0], module.Module, modules, settings, database.ConnectionString, broker.Address, key))]),
                    [balancer],
                ],
                Banner(settings.Shop, hosts), new Foundation(database, broker, pid));
        }
        catch
        {
            await new Foundation(database, broker, settings.PidFile("rabbitmq")).DisposeAsync();
            throw;
        }
    }

    /// <summary>The modules with the addresses of their hosts. The one host of a module has its name, several have numbers as well.</summary>
    public static IReadOnlyList<ModuleHosts> Modules(RunSettings settings, int hostsOfEach) =>
    [
        .. ShopModules.Names.Select((module, place) =>
        {
            HostAddresses[] hosts =
            [
                .. Enumerable.Range(1, hostsOfEach).Select(number => HostAddresses.Of((place * hostsOfEach) + number, settings.Port) with
                {
                    Name = hostsOfEach == 1 ? module : string.Create(CultureInfo.InvariantCulture, $"{module}-{number}"),
                }),
            ];
            return new ModuleHosts(module, hostsOfEach == 1 ? hosts[0].Internal : settings.Calls(place), hosts);
        }),
    ];

    /// <param name="host">The host.</param>
    /// <param name="module">Its module.</param>
    /// <param name="all">All modules.</param>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="database">The connection string of the module's database.</param>
    /// <param name="broker">The address of RabbitMQ.</param>
    /// <param name="key">The key that all hosts share for calls between them.</param>
    public static Part Host(HostAddresses host, string module, IEnumerable<ModuleHosts> all, RunSettings settings, string database, string broker, string key)
    {
        var equal = Replicas.Host(host, settings, database);
        return equal with
        {
            Environment =
            [
                .. equal.Environment,
                ("Modules__Hosted", module),
                .. all.Where(other => other.Module != module).Select(other => ($"Modules__{other.Module}__Address", (string?)Replicas.Bare(other.Internal))),
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
