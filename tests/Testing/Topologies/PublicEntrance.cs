using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ECommerce.Testing;

/// <summary>
/// One public address for several hosts, for tests that write to a socket by hand. It reads the path of a connection's first request, and
/// passes bytes, ends and resets on as they are.
/// </summary>
internal sealed class PublicEntrance : IAsyncDisposable
{
    // Little is kept on the way: a reader that does not take an answer is felt by the host.
    private const int Bytes = 8 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Uri> _hostOf;
    private readonly Task _accepting;

    /// <param name="hostOf">The public address of the host for a path.</param>
    public PublicEntrance(Func<string, Uri> hostOf)
    {
        _hostOf = hostOf;
        _listener.Start();
        Address = new($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(Socket caller)
    {
        using var host = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = Bytes };
        using (caller)
        {
            (caller.NoDelay, caller.SendBufferSize) = (true, Bytes);
            var buffer = new byte[Bytes];
            try
            {
                var length = 0;
                while (!buffer.AsSpan(0, length).Contains((byte)'\n') && await caller.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var more)
                    length += more;
                if (Encoding.ASCII.GetString(buffer, 0, length).Split(' ', 3) is not [_, var path, _])
                    return;
                var address = _hostOf(path);
                await host.ConnectAsync(address.Host, address.Port);
                await host.SendAsync(buffer.AsMemory(0, length));
                await Task.WhenAll(PumpAsync(caller, host), PumpAsync(host, caller));
            }
            catch (SocketException)
            {
                // Reset by one side, and passed on to the other.
            }
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Bytes);
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, Bytes)) is > 0 and var length)
                await to.SendAsync(buffer.AsMemory(0, length));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception reset) when (reset is SocketException or ObjectDisposedException)
        {
            to.Close(0);
            from.Close(0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
