using System.Diagnostics;
using System.Net;
using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>
/// The proxies in front of the host: one for the usual customers, one for operators, and one for each other client, so that each client can
/// be counted and blocked as a gateway does.
/// </summary>
internal sealed class Entrances : IAsyncDisposable
{
    private static readonly IPEndPoint Nobody = new(IPAddress.Loopback, 1);

    private readonly Lock _turn = new();
    private readonly Dictionary<string, Wire> _clients = [];
    private readonly List<HttpClient> _made = [];
    private IPEndPoint _host = Nobody;

    /// <summary>The proxy of the usual customers.</summary>
    public Wire Public { get; } = new(Nobody);

    /// <summary>The proxy of operators.</summary>
    public Wire Management { get; } = new(Nobody);

    public void LeadPublic(IPEndPoint host)
    {
        lock (_turn)
        {
            _host = host;
            Public.LeadTo(host);
            foreach (var client in _clients.Values)
                client.LeadTo(host);
        }
    }

    public void LeadManagement(IPEndPoint host) => Management.LeadTo(host);

    public HttpClient ClientAt(string address, string userAgent)
    {
        lock (_turn)
        {
            if (!_clients.TryGetValue(address, out var wire))
                _clients[address] = wire = new(_host);
            var client = new HttpClient(new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2), // so that connections follow the host to the next one
            })
            {
                BaseAddress = new($"http://127.0.0.1:{wire.Near.Port}"),
                Timeout = TimeSpan.FromSeconds(10),
                DefaultRequestHeaders = { { "X-Forwarded-For", address } },
            };
            client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
            _made.Add(client);
            return client;
        }
    }

    /// <summary>The bytes that each client has exchanged with the host; the usual customers are <c>customers</c>.</summary>
    public IReadOnlyDictionary<string, long> Carried
    {
        get
        {
            lock (_turn)
                return _clients.Select(client => (client.Key, client.Value.Carried)).Append(("customers", Public.Carried)).ToDictionary();
        }
    }

    /// <returns>Whether there is such a client.</returns>
    public bool Block(string address)
    {
        lock (_turn)
        {
            if (!_clients.TryGetValue(address, out var wire))
                return false;
            wire.Cut();
            return true;
        }
    }

    public bool Unblock(string address)
    {
        lock (_turn)
        {
            if (!_clients.TryGetValue(address, out var wire))
                return false;
            wire.Mend();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _made)
            client.Dispose();
        foreach (var wire in (Wire[])[Public, Management, .. _clients.Values])
            await wire.DisposeAsync();
    }
}
