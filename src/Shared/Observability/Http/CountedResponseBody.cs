using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Observability.Http;

/// <summary>
/// An <see cref="IHttpResponseBodyFeature"/> around the server's own that counts the bytes written to it. Feature and pipe are one object,
/// which saves an allocation.
/// </summary>
internal sealed class CountedResponseBody(IHttpResponseBodyFeature inner) : PipeWriter, IHttpResponseBodyFeature
{
    private Stream? _stream;
    private long _length;

    public long Length => _length;

    /// <summary>Whether a write reported that the reader is gone. The server knows it here before it cancels the request's token.</summary>
    public bool HasNoReader { get; private set; }

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => inner.Writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.Writer.UnflushedBytes;

    public override void Advance(int bytes)
    {
        _length += bytes;
        inner.Writer.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.Writer.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        WatchAsync(inner.Writer.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _length += source.Length;
        return WatchAsync(inner.Writer.WriteAsync(source, cancellationToken));
    }

    public override void CancelPendingFlush() => inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Writer.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.Writer.CompleteAsync(exception);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        _length += count ?? new FileInfo(path).Length - offset;
        return inner.SendFileAsync(path, offset, count, cancellationToken);
    }

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    private ValueTask<FlushResult> WatchAsync(ValueTask<FlushResult> flushed)
    {
        return flushed.IsCompletedSuccessfully ? new(See(flushed.Result)) : AwaitAsync(flushed);

        async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> later) => See(await later);
    }

    private FlushResult See(FlushResult flushed)
    {
        HasNoReader |= flushed.IsCompleted;
        return flushed;
    }
}
