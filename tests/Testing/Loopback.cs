using System.Net;
using System.Net.Sockets;

namespace ECommerce.Testing;

/// <summary>Addresses that only this machine can reach.</summary>
public static class Loopback
{
    /// <summary>One that nothing listened on a moment ago.</summary>
    public static Uri FreeAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}");
    }
}
