using System.Globalization;
using System.Text;

namespace ECommerce.Fuzz.Wire;

/// <summary>Reads HTTP/1.1 answers (RFC 9112) from a socket, and believes nothing.</summary>
internal sealed class AnswerReader(Stream stream)
{
    private const int LongestHead = 64 * 1024;
    private const int LongestBody = 32 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start, _end;

    /// <summary>Whether a byte of an answer has been seen since the last one.</summary>
    public bool HasBegun { get; private set; }

    /// <param name="hasBody">False for the answer to HEAD, whose length is that of the body it does not bring.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>Status, headers, body, and whether the connection may be used again.</returns>
    /// <exception cref="FormatException">It is no answer by the rules.</exception>
    /// <exception cref="EndOfStreamException">It breaks off.</exception>
    public async Task<(int Status, List<KeyValuePair<string, string>> Headers, byte[] Body, bool IsOpen)> ReadAsync(bool hasBody, CancellationToken ct)
    {
        HasBegun = false;
        while (true)
        {
            var (status, headers) = await ReadHeadAsync(ct);
            if (status is >= 100 and < 200)
                continue; // 100 Continue
            string? Of(string name) => headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
            var isOpen = !string.Equals(Of("Connection"), "close", StringComparison.OrdinalIgnoreCase);
            if (!hasBody || status is 204 or 304)
                return (status, headers, [], isOpen);
            if (Of("Transfer-Encoding") is { } coding)
                return coding == "chunked" ? (status, headers, await ReadChunksAsync(ct), isOpen) : throw new FormatException($"Transfer-Encoding {coding}");
            if (Of("Content-Length") is not { } length)
                return (status, headers, await ReadToEndAsync(ct), false);
            if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes > LongestBody)
                throw new FormatException($"Content-Length {length}");
            var body = new byte[bytes];
            for (var read = 0; read < bytes; read++)
                body[read] = await NextAsync(ct);
            return (status, headers, body, isOpen);
        }
    }

    private async Task<(int Status, List<KeyValuePair<string, string>> Headers)> ReadHeadAsync(CancellationToken ct)
    {
        var line = await ReadLineAsync(ct);
        if (line.Length < 12 || !line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new FormatException("no status line");
        var headers = new List<KeyValuePair<string, string>>();
        while ((line = await ReadLineAsync(ct)).Length > 0)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(colon > 0 ? new(line[..colon], line[(colon + 1)..].Trim()) : throw new FormatException("a header without a colon"));
        }

        return (status, headers);
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken ct)
    {
        using var body = new MemoryStream();
        while (int.Parse((await ReadLineAsync(ct)).Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            if (body.Length + size > LongestBody)
                throw new FormatException("an endless body");
            while (size-- > 0)
                body.WriteByte(await NextAsync(ct));
            await ReadLineAsync(ct);
        }

        while ((await ReadLineAsync(ct)).Length > 0)
        {
            // trailers
        }

        return body.ToArray();
    }

    private async Task<byte[]> ReadToEndAsync(CancellationToken ct)
    {
        using var body = new MemoryStream();
        body.Write(_buffer, _start, _end - _start);
        _start = _end;
        while (body.Length < LongestBody && await stream.ReadAsync(_buffer, ct) is > 0 and var read)
            body.Write(_buffer, 0, read);
        return body.ToArray();
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (await NextAsync(ct) is not (byte)'\n' and var next)
        {
            if (line.Append((char)next).Length > LongestHead)
                throw new FormatException("an endless line");
        }

        return line.ToString().TrimEnd('\r');
    }

    private async ValueTask<byte> NextAsync(CancellationToken ct)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await stream.ReadAsync(_buffer, ct));
            if (_end == 0)
                throw new EndOfStreamException();
            HasBegun = true;
        }

        return _buffer[_start++];
    }
}
