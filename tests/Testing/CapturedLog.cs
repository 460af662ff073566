using System.Collections.Concurrent;
using System.Text.Json;

namespace ECommerce.Testing;

/// <summary>Stands where stdout stands, and keeps every line that the host writes.</summary>
public sealed class CapturedLog : Stream
{
    private readonly ConcurrentQueue<JsonElement> lines = new();
    private readonly MemoryStream unfinished = new();

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
    public IReadOnlyList<JsonElement> Lines => [.. lines];

    /// <summary>The lines so far that belong to one trace.</summary>
    public IReadOnlyList<JsonElement> Of(string traceId) =>
        [.. lines.Where(line => line.TryGetProperty("trace_id", out var id) && id.GetString() == traceId)];

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (unfinished)
        {
            for (int end; (end = buffer.IndexOf((byte)'\n')) >= 0; buffer = buffer[(end + 1)..])
            {
                unfinished.Write(buffer[..end]);
                lines.Enqueue(JsonElement.Parse(unfinished.GetBuffer().AsSpan(0, (int)unfinished.Length)));
                unfinished.SetLength(0);
            }

            unfinished.Write(buffer);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
