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
        return Servers().Replace(made, string.Concat(hosts.Select(host => $"    server {host.Name} {host.Public.Authority}\n")));
    }

    /// <summary>The same with a backend for each module, to which requests are sent by path. What belongs to no module goes to the first host.</summary>
    /// <param name="shop">The address of the shop.</param>
    /// <param name="statistics">The address of the statistics.</param>
    /// <param name="hosts">The hosts, each named after its module.</param>
    public static string MakeByModule(Uri shop, Uri statistics, IReadOnlyList<HostAddresses> hosts)
    {
        var made = Make(shop, statistics, hosts);
        var backend = Backend().Match(made).Value;
        made = made.Replace(backend, string.Join('\n', hosts.Select(host => Servers().Replace(backend, $"    server {host.Name} {host.Public.Authority}\n")
            .Replace("backend hosts", $"backend {host.Name}", StringComparison.Ordinal))), StringComparison.Ordinal);
        var rules = hosts.Select(host => $"    use_backend {host.Name} if {{ path /api/{host.Name} }} or {{ path_beg /api/{host.Name}/ }}\n");
        return made.Replace("    default_backend hosts\n", $"{string.Concat(rules)}    default_backend {hosts[0].Name}\n", StringComparison.Ordinal);
    }

    private static Regex Bind(string frontend) =>
        new(string.Create(CultureInfo.InvariantCulture, $@"(^frontend {frontend}\n    bind )\S+"), RegexOptions.Multiline);

    [GeneratedRegex(@"(^    server \S+ \S+\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Servers();

    [GeneratedRegex(@"^backend hosts\n(    .*\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Backend();
}
