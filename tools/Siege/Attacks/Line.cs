using System.Buffers.Text;
using System.Net.Sockets;

namespace ECommerce.Siege.Attacks;

/// <summary>
/// One connection of the attacker, for bytes that no client library would send. Answers are counted by their status lines; their bodies
/// are read and dropped.
/// </summary>
internal sealed class Line(Socket socket, Attacker attacker) : IDisposable
{
    // "HTTP/1.1 200"
    private const int StatusLine = 12;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _kept;

    /// <summary>Sends all bytes.</summary>
    /// <param name="bytes">Any part of a request, or several requests.</param>
    /// <param name="requests">How many requests begin in them.</param>
    /// <param name="ct">Stops the sending.</param>
    /// <returns>False when the connection is closed.</returns>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, int requests, CancellationToken ct)
    {
        attacker.Sent(requests, bytes.Length);
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await socket.SendAsync(bytes, ct)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads once.</summary>
    /// <param name="ct">Stops the reading.</param>
    /// <param name="most">Bytes to read at most.</param>
    /// <returns>How many answers began in what was read; null when the connection is closed.</returns>
    public async Task<int?> ReadAsync(CancellationToken ct, int most = int.MaxValue)
    {
        try
        {
            var room = _buffer.AsMemory(_kept);
            var read = await socket.ReceiveAsync(room[..Math.Min(room.Length, most)], ct);
            attacker.Received(read);
            return read == 0 ? null : CountAnswers(_kept + read);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Reads until the shop closes the connection.</summary>
    /// <returns>How many answers came.</returns>
    public async Task<int> ReadToEndAsync(CancellationToken ct)
    {
        var answers = 0;
        while (await ReadAsync(ct) is { } more)
            answers += more;
        return answers;
    }

    /// <summary>Resets the connection, so that closed ones do not use up this machine's ports.</summary>
    public void Dispose()
    {
        socket.LingerState = new(enable: true, seconds: 0);
        socket.Dispose();
    }

    // A status line may be cut by the end of the buffer: its beginning is kept for the next read.
    private int CountAnswers(int length)
    {
        var seen = _buffer.AsSpan(0, length);
        int at, answers = 0;
        while ((at = seen.IndexOf("HTTP/1.1 "u8)) >= 0 && seen.Length - at >= StatusLine)
        {
            if (Utf8Parser.TryParse(seen[(at + 9)..(at + StatusLine)], out int status, out _))
                attacker.Answered(status);
            answers++;
            seen = seen[(at + StatusLine)..];
        }

        var rest = at >= 0 ? seen[at..] : seen[Math.Max(0, seen.Length - (StatusLine - 1))..];
        _kept = rest.Length;
        rest.CopyTo(_buffer);
        return answers;
    }
}
