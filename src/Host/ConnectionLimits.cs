using System.Net;
using ECommerce.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>
/// Limits the open connections of each listener, and those of each client (<see cref="ClientNetwork"/>) to it. Kestrel's own limit counts
/// both listeners together and would lock operators out with everybody else.
/// </summary>
internal sealed class ConnectionLimits(IOptions<ConnectionsOptions> options, IOptions<EndpointsOptions> endpoints, LimitMetrics metrics)
{
    private static readonly TimeSpan LastBytes = TimeSpan.FromSeconds(10);

    private readonly Func<IPAddress, bool> _isGateway = TrustedProxies.Trust(endpoints.Value.TrustedProxies);
    private readonly OpenConnections _public = new(options.Value.Public, options.Value.PerClient, Limit.Connections, Limit.ClientConnections);

    // One client may have half, so that others can connect while it uses up its share.
    private readonly OpenConnections _management = new(
        options.Value.Management, Math.Max(1, options.Value.Management / 2), Limit.ManagementConnections, Limit.ClientConnections);

    // The other hosts are few clients with many requests, and a stranger in the network must not take their connections: half here, too.
    private readonly OpenConnections _internal = new(
        options.Value.Public, Math.Max(1, options.Value.Public / 2), Limit.InternalConnections, Limit.ClientConnections);

    /// <summary>Adds a connection middleware that closes connections beyond the limits.</summary>
    public void Bound(ListenOptions socket, Listener listener) => socket.Use(next => listener switch
    {
        Listener.Public => connection => ServeAsync(connection, next, _public, ClientOf(connection)),
        Listener.Internal => connection => ServeAsync(connection, next, _internal, ClientNetwork.Of(AddressOf(connection))),
        _ => connection => ServeAsync(connection, next, _management, ClientNetwork.Of(AddressOf(connection))),
    });

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, OpenConnections open, IPAddress? client)
    {
        if (open.TryAdd(client) is { } limit)
        {
            metrics.Refused(limit);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
            await SendLastBytesAsync(connection);
        }
        finally
        {
            open.Remove(client);
        }
    }

    // Kestrel waits without a time limit until the client has received what was sent last, and its minimum rate does not apply then.
    private static async Task SendLastBytesAsync(ConnectionContext connection)
    {
        await connection.Transport.Output.CompleteAsync();
        await Task.Delay(LastBytes, connection.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connection.Abort();
    }

    /// <returns>Null for a gateway, whose connections carry the requests of many clients.</returns>
    private IPAddress? ClientOf(ConnectionContext connection) =>
        AddressOf(connection) is var address && address is not null && _isGateway(address) ? null : ClientNetwork.Of(address);

    private static IPAddress? AddressOf(ConnectionContext connection) => (connection.RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>The open connections of one listener, in total and by client.</summary>
    private sealed class OpenConnections(int most, int mostOfClient, Limit limit, Limit limitOfClient)
    {
        private readonly Dictionary<IPAddress, int> _ofClients = [];
        private readonly Lock _lock = new();
        private int _count;

        /// <returns>Null, or the limit that refuses the connection.</returns>
        public Limit? TryAdd(IPAddress? client)
        {
            lock (_lock)
            {
                if (_count >= most)
                    return limit;
                if (client is not null)
                {
                    var open = _ofClients.GetValueOrDefault(client);
                    if (open >= mostOfClient)
                        return limitOfClient;
                    _ofClients[client] = open + 1;
                }

                _count++;
                return null;
            }
        }

        public void Remove(IPAddress? client)
        {
            lock (_lock)
            {
                _count--;
                if (client is null)
                    return;
                if (_ofClients[client] == 1)
                    _ofClients.Remove(client);
                else
                    _ofClients[client]--;
            }
        }
    }
}
