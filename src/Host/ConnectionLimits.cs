using System.Net;
using ECommerce.Platform.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>
/// Bounds the open connections of each listener, and on the public one those of each client (<see cref="ClientNetwork"/>). The server's
/// own limit counts both listeners together, and would shut operators out with everybody else.
/// </summary>
internal sealed class ConnectionLimits(IOptions<ConnectionsOptions> options, IOptions<EndpointsOptions> endpoints, LimitMetrics metrics)
{
    private static readonly TimeSpan LastBytes = TimeSpan.FromSeconds(10);

    private readonly Func<IPAddress, bool> _isGateway = TrustedProxies.Trust(endpoints.Value.TrustedProxies);
    private readonly Dictionary<IPAddress, int> _ofClients = [];
    private readonly Lock _lock = new();
    private int _public;
    private int _management;

    /// <summary>Closes each connection of the listener that is one too many.</summary>
    public void Bound(ListenOptions socket, Listener listener) => socket.Use(next => listener is Listener.Public
        ? connection => ServePublicAsync(connection, next)
        : connection => ServeManagementAsync(connection, next));

    private async Task ServePublicAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var client = ClientOf(connection);
        if (TryOpen(client) is { } limit)
        {
            Refuse(connection, limit);
            return;
        }

        try
        {
            await next(connection);
            await SendLastBytesAsync(connection);
        }
        finally
        {
            Close(client);
        }
    }

    private async Task ServeManagementAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _management) <= options.Value.Management)
                await next(connection);
            else
                Refuse(connection, Limit.ManagementConnections);
        }
        finally
        {
            Interlocked.Decrement(ref _management);
        }
    }

    // The server waits without end until a closed connection has taken what was sent last, and its minimum rate no longer holds then.
    private static async Task SendLastBytesAsync(ConnectionContext connection)
    {
        await connection.Transport.Output.CompleteAsync();
        await Task.Delay(LastBytes, connection.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connection.Abort();
    }

    private void Refuse(ConnectionContext connection, Limit limit)
    {
        metrics.Refused(limit);
        connection.Abort();
    }

    /// <returns>Null for a gateway, whose connections carry the requests of many clients.</returns>
    private IPAddress? ClientOf(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        return address is not null && _isGateway(address) ? null : ClientNetwork.Of(address);
    }

    private Limit? TryOpen(IPAddress? client)
    {
        lock (_lock)
        {
            if (_public >= options.Value.Public)
                return Limit.Connections;
            if (client is not null)
            {
                var open = _ofClients.GetValueOrDefault(client);
                if (open >= options.Value.PerClient)
                    return Limit.ClientConnections;
                _ofClients[client] = open + 1;
            }

            _public++;
            return null;
        }
    }

    private void Close(IPAddress? client)
    {
        lock (_lock)
        {
            _public--;
            if (client is null)
                return;
            if (_ofClients[client] == 1)
                _ofClients.Remove(client);
            else
                _ofClients[client]--;
        }
    }
}
