using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Observability.Http;

/// <summary>
/// A <see cref="PipeReader"/> around the request body that detects a broken connection. The framework reports 400 in that case, although
/// nobody receives it.
/// </summary>
internal sealed class DisconnectTrackingRequestBody(IRequestBodyPipeFeature inner) : PipeReader, IRequestBodyPipeFeature
{
    /// <summary>
    /// Whether a read failed because the connection broke. A malformed body is a <see cref="BadHttpRequestException"/> instead.
    /// </summary>
    public bool BrokeOff { get; private set; }

    public PipeReader Reader => this;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.Reader.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? read : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result) => inner.Reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.Reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.Reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.Reader.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Reader.Complete(exception);

    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read)
    {
        try
        {
            return await read;
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            BrokeOff = true;
            throw;
        }
    }
}
