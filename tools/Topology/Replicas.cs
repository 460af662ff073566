using System.Globalization;

namespace ECommerce.Topologies;

/// <summary>The topology <c>replicas</c>: equal hosts on one PostgreSQL, behind haproxy.</summary>
internal static class Replicas
{
    // Longer than the balancer needs to notice that readiness fails: two checks, half a second apart.
    private const string DrainDelay = "00:00:02";

    public static async Task<ShopTopology> PrepareAsync(RunSettings settings, CancellationToken ct)
    {
        var hosts = Addresses(settings);
        var database = await SharedDatabase.StartAsync(settings, settings.Hosts, ct);
        try
        {
            var balancer = await Balancer.PartAsync(settings, HaproxyFile.Make(settings.Shop, settings.Statistics, hosts), ct);
            return new([Consoles.Connect([.. hosts.Select(host => Host(host, settings, database.ConnectionString))]), [balancer]], Banner(settings, hosts), database);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public static HostAddresses[] Addresses(RunSettings settings) =>
        [.. Enumerable.Range(1, settings.Hosts).Select(number => HostAddresses.Of(number, settings.Port))];

    public static Part Host(HostAddresses host, RunSettings settings, string database) => new(host.Name, Part.HostCommand,
    [
        ("ConnectionStrings__ECommerce", database),
        ("Data__Directory", settings.Data), // the generated keys, which all hosts share
        ("Endpoints__Public", Bare(host.Public)),
        ("Endpoints__Management", Bare(host.Management)),
        ("Endpoints__TrustedProxies", "127.0.0.1"),
        ("Logging__Format", Given("Logging__Format") ?? "Text"),
        ("Shutdown__DrainDelay", Given("Shutdown__DrainDelay") ?? DrainDelay),
        ("OTEL_RESOURCE_ATTRIBUTES", string.Join(',', ((string?[])[Given("OTEL_RESOURCE_ATTRIBUTES"), $"service.instance.id={host.Name}"]).OfType<string>())),
    ], new(host.Management, "/health/ready"))
    { PidFile = settings.PidFile(host.Name) };

    private static string[] Banner(RunSettings settings, HostAddresses[] hosts) =>
    [
        $"The shop is open:  {Bare(settings.Shop)}",
        .. hosts.Select(host => $"{host.Name}:            {Bare(host.Public)}, for operators {Bare(host.Management)}/ops"),
        $"The balancer:      {Bare(settings.Statistics)}",
        "Ctrl-C stops everything.",
    ];

    public static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : null;

    public static string Bare(Uri address) => address.ToString().TrimEnd('/');
}

/// <summary>The addresses of one of the hosts.</summary>
internal sealed record HostAddresses(string Name, Uri Public, Uri Management, Uri Internal)
{
    private const int Step = 100;

    /// <param name="number">The host's number, from 1.</param>
    /// <param name="port">The port of the shop.</param>
    public static HostAddresses Of(int number, int port) => new(
        string.Create(CultureInfo.InvariantCulture, $"host-{number}"),
        At(port + (number * Step)), At(port + (number * Step) + 1), At(port + (number * Step) + 2));

    private static Uri At(int port) => new($"http://127.0.0.1:{port}");
}
