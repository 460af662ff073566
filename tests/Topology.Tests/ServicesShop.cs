using ECommerce.Host;
using ECommerce.Web;

namespace ECommerce.Topology.Tests;

/// <summary>
/// The shop in the topology <c>services</c>: a host and a database for each module, in one process. The client sends each request to the
/// host of its module, as the gateway does.
/// </summary>
public sealed class ServicesShop : ShopClient, IAsyncLifetime
{
    private readonly Dictionary<string, ModuleHost> _hosts = [];

    public ServicesShop()
    {
        var internals = ShopModules.Names.ToDictionary(module => module, _ => Loopback.FreeAddress().ToString());
        foreach (var module in ShopModules.Names)
            _hosts[module] = new(module, internals, SigningKeyPem);
    }

    /// <summary>The key that the hosts share.</summary>
    public string SigningKeyPem { get; } = SigningKey.NewPem();

    public ModuleHost Users => _hosts["users"];

    public ModuleHost Products => _hosts["products"];

    public ModuleHost Orders => _hosts["orders"];

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_hosts.Values.Select(host => host.InitializeAsync()));
        Call(Orders.Public.BaseAddress!, Orders.Management.BaseAddress!, Orders.ManagementKey);
    }

    public async Task DisposeAsync()
    {
        HangUp();
        await Task.WhenAll(_hosts.Values.Select(host => host.DisposeAsync()));
    }

    protected override HttpMessageHandler Through(HttpMessageHandler sockets) =>
        new Gateway(module => _hosts.GetValueOrDefault(module)?.Public.BaseAddress) { InnerHandler = sockets };
}

/// <summary>A host with one module.</summary>
public sealed class ModuleHost(string module, IReadOnlyDictionary<string, string> internals, string key) : ShopFixture
{
    /// <summary>The address of its internal listener.</summary>
    public Uri Internal => new(internals[module]);

    /// <summary>Settings of this host alone, before it starts.</summary>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Modules:Hosted"] = module;
        settings["Endpoints:Internal"] = internals[module];
        settings["Contracts:SigningKey"] = key;
        // Events between hosts are in tests/Reliability.Tests/Broker; here nobody listens.
        settings["Broker:Address"] = "amqp://127.0.0.1:1";
        foreach (var (other, address) in internals.Where(pair => pair.Key != module))
            settings[$"Modules:{other}:Address"] = address;
        foreach (var (name, value) in Settings)
            settings[name] = value;
    }
}
