using System.Text;
using System.Text.Json;

namespace ECommerce.Testing;

/// <summary>Takes the place of stdout and keeps what the host writes to its log. Its lines are without those of the <see cref="Hop"/>.</summary>
public sealed class CapturedLog : Stream
{
    private readonly MemoryStream _written = new();
    private readonly List<JsonElement> _lines = [];

    // Where the first line begins that is not in _lines yet.
    private int _next;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Everything so far, in whatever format the host was told to write.</summary>
    public string Text
    {
        get
        {
            lock (_written)
                return Encoding.UTF8.GetString(Bytes);
        }
    }

    /// <summary>Every complete line so far, read as JSON.</summary>
    /// <exception cref="JsonException">A line is not JSON.</exception>
    public IReadOnlyList<JsonElement> Lines => IsOfHop is null ? Everything : [.. Everything.Where(line => !IsOfHop(line))];

    /// <summary>Whether the topology has added the line; null when it adds none.</summary>
    internal Func<JsonElement, bool>? IsOfHop { get; set; }

    private IReadOnlyList<JsonElement> Everything
    {
        get
        {
            lock (_written)
            {
                for (int length; (length = Bytes[_next..].IndexOf((byte)'\n')) >= 0; _next += length + 1)
                    _lines.Add(JsonElement.Parse(Bytes.Slice(_next, length)));
                return [.. _lines];
            }
        }
    }

    private ReadOnlySpan<byte> Bytes => _written.GetBuffer().AsSpan(0, (int)_written.Length);

    /// <summary>The lines so far that belong to one trace.</summary>
    public IReadOnlyList<JsonElement> Of(string traceId) =>
        [.. Lines.Where(line => line.TryGetProperty("trace_id", out var id) && id.GetString() == traceId)];

    /// <summary>Whether the span has a line that the topology has added.</summary>
    internal bool HasHop(string spanId) =>
        IsOfHop is not null && Everything.Any(line => line.TryGetProperty("span_id", out var id) && id.GetString() == spanId && IsOfHop(line));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_written)
            _written.Write(buffer);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
