using System.Collections.Concurrent;
using System.Text.Json;

namespace ECommerce.Testing;

/// <summary>Stands where stdout stands, and keeps every line that the host writes.</summary>
public sealed class CapturedLog : Stream
{
    private readonly ConcurrentQueue<JsonElement> _lines = new();
    private readonly MemoryStream _unfinished = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Every line so far.</summary>
    public IReadOnlyList<JsonElement> Lines => [.. _lines];

    /// <summary>The lines so far that belong to one trace.</summary>
    public IReadOnlyList<JsonElement> Of(string traceId) =>
        [.. _lines.Where(line => line.TryGetProperty("trace_id", out var id) && id.GetString() == traceId)];

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_unfinished)
        {
            for (int end; (end = buffer.IndexOf((byte)'\n')) >= 0; buffer = buffer[(end + 1)..])
            {
                _unfinished.Write(buffer[..end]);
                _lines.Enqueue(JsonElement.Parse(_unfinished.GetBuffer().AsSpan(0, (int)_unfinished.Length)));
                _unfinished.SetLength(0);
            }

            _unfinished.Write(buffer);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
