using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ECommerce.Testing;

/// <summary>Addresses that only this machine can reach.</summary>
public static class Loopback
{
    // From 32768 on the kernel gives them to whoever calls out (net.ipv4.ip_local_port_range), between our look and our use.
    private const int First = 10_000;
    private const int AfterLast = 32_768;

    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    /// <summary>One that nothing listened on a moment ago, and that this process has not been given before.</summary>
    public static Uri FreeAddress()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, AfterLast);
            if (!Taken.TryAdd(port, true))
                continue;
            try
            {
                using var socket = new TcpListener(IPAddress.Loopback, port);
                socket.Start();
                return new($"http://127.0.0.1:{port}");
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
