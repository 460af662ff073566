using System.Net;
using System.Net.Sockets;

namespace ECommerce.Traffic;

/// <summary>TCP connections whose local address is chosen: on Linux all of 127.0.0.0/8 is this machine, so one machine can be many clients.</summary>
internal static class SourceAddress
{
    /// <param name="from">The local address to bind.</param>
    /// <param name="to">The listener.</param>
    /// <param name="ct">Gives the connection up.</param>
    /// <param name="receiveBuffer">Bytes that the system takes in before they are read; null for the system's default.</param>
    /// <exception cref="SocketException">The connection is refused.</exception>
    public static async ValueTask<Socket> ConnectAsync(IPAddress from, EndPoint to, CancellationToken ct, int? receiveBuffer = null)
    {
        var socket = new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (receiveBuffer is { } bytes)
                socket.ReceiveBufferSize = bytes;
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
