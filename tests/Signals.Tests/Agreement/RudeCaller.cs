using System.Net.Sockets;
using System.Text;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>Says what no client library would, and hangs up in the middle.</summary>
internal sealed class RudeCaller : IDisposable
{
    private const int Tcp = 6;
    private const int LargestSegment = 2;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RudeCaller()
    {
    }

    /// <param name="address">Whom to call.</param>
    /// <param name="hardOfHearing">Takes so little at a time that the server has to wait with a long answer.</param>
    public static async Task<RudeCaller> CallAsync(Uri address, bool hardOfHearing = false)
    {
        var caller = new RudeCaller();
        if (hardOfHearing)
        {
            caller._socket.ReceiveBufferSize = 1;
            // The loopback's own segments are so large that megabytes would lie in between.
            caller._socket.SetRawSocketOption(Tcp, LargestSegment, BitConverter.GetBytes(536));
        }

        await caller._socket.ConnectAsync(address.Host, address.Port);
        return caller;
    }

    public async Task SayAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The first words of the server.</summary>
    public async Task<string> HearAsync()
    {
        var words = new byte[64];
        return Encoding.UTF8.GetString(words, 0, await _socket.ReceiveAsync(words).WaitAsync(Eventually.Deadline));
    }

    /// <summary>Says nothing more, and listens until the server hangs up (FIN).</summary>
    public async Task FallSilentAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        try
        {
            while ((await HearAsync()).Length > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It hung up without a word.
        }
    }

    /// <summary>Is gone at once, whatever the server still says (RST).</summary>
    public void HangUp() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();
}
