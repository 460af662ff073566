using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Topologies;

/// <summary>The configuration of haproxy: the file of the repository, with other addresses and another number of hosts.</summary>
internal static partial class HaproxyFile
{
    /// <summary>The file of the repository, which has three hosts.</summary>
    public const string Path = "deploy/haproxy/haproxy.cfg";

    private const string Debians = "/usr/sbin/haproxy"; // where only root's PATH looks

    public static string Program => File.Exists(Debians) ? Debians : "haproxy";

    public static string Make(Uri shop, Uri statistics, IEnumerable<HostAddresses> hosts)
    {
        var made = File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path));
        made = Bind("shop").Replace(made, $"${{1}}{shop.Authority}");
        made = Bind("statistics").Replace(made, $"${{1}}{statistics.Authority}");
        return Servers().Replace(made, string.Concat(hosts.Select(Server)));
    }

    /// <summary>The same with a backend for each module, to which requests are sent by path. What belongs to no module goes to the first one.</summary>
    /// <param name="shop">The address of the shop.</param>
    /// <param name="statistics">The address of the statistics.</param>
    /// <param name="hosts">The hosts, each named after its module.</param>
    public static string MakeByModule(Uri shop, Uri statistics, IReadOnlyList<HostAddresses> hosts) =>
        MakeByModule(shop, statistics, [.. hosts.Select(host => new ModuleHosts(host.Name, host.Internal, [host]))]);

    /// <summary>The same with several hosts for each module. Calls between modules then go through the balancer as well, without changed headers.</summary>
    public static string MakeByModule(Uri shop, Uri statistics, IReadOnlyList<ModuleHosts> modules)
    {
        var made = Make(shop, statistics, modules.SelectMany(module => module.Hosts));
        var backend = Backend().Match(made).Value;
        made = made.Replace(backend, string.Join('\n', modules.Select(module => BackendOf(module.Module, backend, module.Hosts.Select(Server)))), StringComparison.Ordinal);
        var rules = modules.Select(module => $"    use_backend {module.Module} if {{ path /api/{module.Module} }} or {{ path_beg /api/{module.Module}/ }}\n");
        made = made.Replace("    default_backend hosts\n", $"{string.Concat(rules)}    default_backend {modules[0].Module}\n", StringComparison.Ordinal);
        return made + string.Concat(modules.Where(module => module.Hosts.Count > 1).Select(module => $"""

            frontend {module.Module}-calls
                bind {module.Internal.Authority}
                default_backend {module.Module}-calls

            {BackendOf($"{module.Module}-calls", backend, module.Hosts.Select(CheckedServer))}
            """));
    }

    private static string BackendOf(string name, string backend, IEnumerable<string> servers) =>
        Servers().Replace(backend, string.Concat(servers)).Replace("backend hosts", $"backend {name}", StringComparison.Ordinal);

    private static string Server(HostAddresses host) => $"    server {host.Name} {host.Public.Authority}\n";

    // The internal listener answers no checks.
    private static string CheckedServer(HostAddresses host) =>
        string.Create(CultureInfo.InvariantCulture, $"    server {host.Name} {host.Internal.Authority} port {host.Public.Port}\n");

    private static Regex Bind(string frontend) =>
        new(string.Create(CultureInfo.InvariantCulture, $@"(^frontend {frontend}\n    bind )\S+"), RegexOptions.Multiline);

    [GeneratedRegex(@"(^    server \S+ \S+\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Servers();

    [GeneratedRegex(@"^backend hosts\n(    .*\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Backend();
}

/// <summary>The hosts of a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="Internal">Where other modules call it: the one host, or the balancer in front of several.</param>
/// <param name="Hosts">Its hosts.</param>
internal sealed record ModuleHosts(string Module, Uri Internal, IReadOnlyList<HostAddresses> Hosts);
