namespace Observability.Console.Sampling;

/// <summary>Takes a line without its end.</summary>
internal delegate void TakeLine(ReadOnlySpan<byte> line);

/// <summary>Splits what is written into lines, without keeping more than one of them. A line that is too long is left out and counted.</summary>
internal sealed class LineStream(TakeLine take) : Stream
{
    private const int LongestLine = 16 * 1024;

    private readonly byte[] _rest = new byte[LongestLine];
    private int _length;
    private bool _isTooLong;

    public long TooLong { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (var end = buffer.IndexOf((byte)'\n'); end >= 0; end = buffer.IndexOf((byte)'\n'))
        {
            var line = buffer[..end];
            buffer = buffer[(end + 1)..];
            if (_length == 0 && !_isTooLong)
            {
                take(line);
                continue;
            }
            Keep(line);
            if (!_isTooLong)
                take(_rest.AsSpan(0, _length));
            Restart();
        }
        Keep(buffer);
    }

    /// <summary>Forgets what is left of a page that ended in the middle of a line.</summary>
    public void Restart() => (_length, _isTooLong) = (0, false);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_isTooLong || part.IsEmpty)
            return;
        if (part.Length > _rest.Length - _length)
        {
            _isTooLong = true;
            TooLong++;
            return;
        }
        part.CopyTo(_rest.AsSpan(_length));
        _length += part.Length;
    }
}
