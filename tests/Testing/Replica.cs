using System.Security.Cryptography;

namespace ECommerce.Testing;

/// <summary>One of several hosts on one database, in one test process. Hosts of one shop share the database and the key that signs tokens.</summary>
/// <param name="first">The host whose database it uses; null when it is the first.</param>
public class Replica(Replica? first) : ShopFixture
{
    private readonly string _signingKey = first?._signingKey ?? NewKey();

    /// <summary>Starts hosts one after another, and disposes those that run when one cannot start.</summary>
    /// <param name="count">The number of hosts.</param>
    /// <param name="make">Makes a host, given its number from 0 and the first one.</param>
    public static async Task<IReadOnlyList<T>> StartAsync<T>(int count, Func<int, T?, T> make)
        where T : Replica
    {
        ArgumentNullException.ThrowIfNull(make);
        List<T> hosts = [];
        try
        {
            for (var number = 0; number < count; number++)
            {
                hosts.Add(make(number, hosts.FirstOrDefault()));
                await hosts[number].InitializeAsync();
            }

            return hosts;
        }
        catch
        {
            await DisposeAsync(hosts);
            throw;
        }
    }

    /// <summary>Disposes the hosts, the first one last.</summary>
    public static async Task DisposeAsync(IEnumerable<Replica> hosts)
    {
        foreach (var host in hosts.Reverse())
            await host.DisposeAsync();
    }

    private protected override TestTopology Topology => TestTopology.Monolith;

    protected override Task<string> NewDatabaseAsync() => first is null ? base.NewDatabaseAsync() : Task.FromResult(first.ConnectionString);

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Tokens:SigningKey"] = _signingKey;
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
