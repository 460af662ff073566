using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ECommerce.Incidents.Operating;

/// <summary>
/// Leads the commands of <c>act</c> to the running incident: a Unix socket that only the user who runs it can open. A connection carries the
/// words as a line of JSON, and the answer as text.
/// </summary>
internal sealed class OperatorSocket : IAsyncDisposable
{
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    /// <param name="folder">The folder of the socket.</param>
    /// <param name="answer">Does what the words ask for.</param>
    public OperatorSocket(DirectoryInfo folder, Func<string[], CancellationToken, Task<string>> answer)
    {
        folder.Create();
        _path = PathIn(folder);
        File.Delete(_path);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen();
        _serving = ServeAsync(answer);
    }

    /// <returns>The answer; null when no incident runs there.</returns>
    public static async Task<string?> AskAsync(DirectoryInfo folder, IReadOnlyList<string> words, CancellationToken ct)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathIn(folder)), ct);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(words)}\n"), ct);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(ct);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _serving;
        _closing.Dispose();
        File.Delete(_path);
    }

    private async Task ServeAsync(Func<string[], CancellationToken, Task<string>> answer)
    {
        try
        {
            while (true)
            {
                using var call = await _listener.AcceptAsync(_closing.Token);
                await AnswerAsync(call, answer);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || (e is SocketException && _closing.IsCancellationRequested))
        {
            // The incident is over.
        }
    }

    private async Task AnswerAsync(Socket call, Func<string[], CancellationToken, Task<string>> answer)
    {
        try
        {
            await using var stream = new NetworkStream(call);
            if (await ReadLineAsync(stream) is not { } line)
                return;
            var words = JsonSerializer.Deserialize<string[]>(line) ?? [];
            await stream.WriteAsync(Encoding.UTF8.GetBytes(await answer(words, _closing.Token)), _closing.Token);
        }
        catch (Exception e) when (e is IOException or JsonException || (e is OperationCanceledException && !_closing.IsCancellationRequested))
        {
            // The caller has hung up, or is no program of this tool.
        }
    }

    private async Task<string?> ReadLineAsync(NetworkStream stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        patience.CancelAfter(Patience);
        var (bytes, length) = (new byte[MostBytes], 0);
        while (length < MostBytes && await stream.ReadAsync(bytes.AsMemory(length), patience.Token) is > 0 and var read)
        {
            length += read;
            if (bytes[length - 1] == '\n')
                return Encoding.UTF8.GetString(bytes, 0, length);
        }

        return null;
    }

    private static string PathIn(DirectoryInfo folder) => Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder.FullName, "operator.sock"));
}
