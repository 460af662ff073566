using System.Diagnostics;
using System.Net.Sockets;

namespace ECommerce.Fuzz.Wire;

/// <summary>
/// One caller's connection to a listener. It sends bytes as they are, which no client library would: what is to be tried is what they refuse.
/// A connection is used again while both sides keep it.
/// </summary>
internal sealed class Line(Uri address, TimeSpan patience) : IDisposable
{
    private TcpClient? _client;
    private AnswerReader? _reader;

    /// <param name="request">All bytes of the request.</param>
    /// <param name="isHead">The answer has no body, whatever its length says.</param>
    /// <param name="isLast">Closes the connection afterwards: the request does not leave it where the next could begin.</param>
    /// <param name="halfClose">Hangs up its own side behind the last byte.</param>
    /// <param name="ct">Ends the waiting of a run that is over.</param>
    public async Task<Answer> SendAsync(byte[] request, bool isHead, bool isLast, bool halfClose, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(patience);
        // What is no request is not sent twice: the end of a used connection could be the server's answer to it.
        if (isLast)
            HangUp();
        for (var isUsed = _client is not null; ; isUsed = false)
        {
            try
            {
                return await SendOnceAsync(request, isHead, isLast, halfClose, started, waiting.Token);
            }
            catch (Exception e) when (e is IOException or SocketException or FormatException or OperationCanceledException)
            {
                var hadBegun = _reader is { HasBegun: true };
                HangUp();
                ct.ThrowIfCancellationRequested();
                // The server may give an idle connection up at any time; on a new one there is no such excuse.
                if (isUsed && !hadBegun && e is IOException or SocketException)
                    continue;
                var failure = e switch
                {
                    OperationCanceledException => "hung",
                    FormatException => $"unreadable: {e.Message}",
                    _ => hadBegun ? "broke off" : "closed",
                };
                return Answer.None(failure, Stopwatch.GetElapsedTime(started));
            }
        }
    }

    public void Dispose() => HangUp();

    private async Task<Answer> SendOnceAsync(byte[] request, bool isHead, bool isLast, bool halfClose, long started, CancellationToken ct)
    {
        if (_client is null)
        {
            _client = new() { NoDelay = true };
            await _client.ConnectAsync(address.Host, address.Port, ct);
            _reader = new(_client.GetStream());
        }

        var stream = _client.GetStream();
        // Who is refused in the middle of a large body hears of it before the end: the answer counts, not whether all was taken.
        var sending = SendAllAsync(stream, request, halfClose, ct);
        var (status, headers, body, isOpen) = await _reader!.ReadAsync(hasBody: !isHead, ct);
        var isSent = sending.IsCompletedSuccessfully;
        if (isLast || !isOpen || !isSent)
            HangUp();
        await sending.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new(status, headers, body, Stopwatch.GetElapsedTime(started));
    }

    private async Task SendAllAsync(NetworkStream stream, byte[] request, bool halfClose, CancellationToken ct)
    {
        await stream.WriteAsync(request, ct);
        if (halfClose)
            _client?.Client.Shutdown(SocketShutdown.Send);
    }

    private void HangUp()
    {
        _client?.Dispose();
        (_client, _reader) = (null, null);
    }
}
