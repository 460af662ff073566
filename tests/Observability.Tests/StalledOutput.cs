namespace Observability.Tests;

/// <summary>A reader of stdout that does not read until it is released.</summary>
internal sealed class StalledOutput(CapturedLog inner) : Stream
{
    private readonly ManualResetEventSlim _released = new();

    public ManualResetEventSlim Reached { get; } = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Release() => _released.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Reached.Set();
        _released.Wait();
        inner.Write(buffer, offset, count);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
