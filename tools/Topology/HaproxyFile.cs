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

    private static Regex Bind(string frontend) =>
        new(string.Create(CultureInfo.InvariantCulture, $@"(^frontend {frontend}\n    bind )\S+"), RegexOptions.Multiline);

    [GeneratedRegex(@"(^    server \S+ \S+\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Servers();
}
