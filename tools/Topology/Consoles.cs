using System.Security.Cryptography;

namespace ECommerce.Topologies;

/// <summary>Tells the console of each host where the others are, so that its pages show all hosts as one.</summary>
internal static class Consoles
{
    private const string Hosts = "Console__Hosts";
    private const string ReadKey = "Console__ReadKey";

    /// <summary>The hosts with the addresses of the others and a key for reading, which is made for this run.</summary>
    public static IReadOnlyList<Part> Connect(IReadOnlyList<Part> hosts)
    {
        var key = Replicas.Given(ReadKey) ?? RandomNumberGenerator.GetHexString(32);
        return
        [
            .. hosts.Select(host => host with
            {
                Environment =
                [
                    .. host.Environment,
                    (Hosts, Replicas.Given(Hosts) ?? string.Join(',', hosts.Where(other => other != host).Select(other => $"{other.Name}={other.Ready.GetLeftPart(UriPartial.Authority)}"))),
                    (ReadKey, key),
                    ("Console__HostsKey", Replicas.Given("Console__HostsKey") ?? key),
                ],
            }),
        ];
    }
}
