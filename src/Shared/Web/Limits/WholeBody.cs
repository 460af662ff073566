using System.IO.Pipelines;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ECommerce.Web;

/// <summary>
/// Waits until the body of a request is in the server's own buffers, and counts what is held there. Nothing is copied: the bytes are
/// examined and not consumed, so that the endpoint reads them again without waiting.
/// </summary>
internal sealed class WholeBody(IOptions<LimitsOptions> limits)
{
    private readonly long _most = limits.Value.BodyBytes;
    private readonly long _mostHeld = limits.Value.BufferedBytes;
    private readonly long _mostHeldOfOne = limits.Value.BufferedBytes / 2;
    private long _held;

    /// <summary>Whether the request has a body, however long it takes to arrive.</summary>
    public static bool IsSent(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    /// <summary>Reads the body to its end.</summary>
    /// <param name="context">The request. Where its endpoint takes no body, nothing is read.</param>
    /// <param name="admission">What the request holds, for the bytes that are added here.</param>
    /// <returns>Null, or why the request is refused.</returns>
    /// <exception cref="BadHttpRequestException">The body is not HTTP.</exception>
    public async ValueTask<LimitRefusal?> ReadAsync(HttpContext context, Admitted admission)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null)
            return null;
        if (context.Request.ContentLength > _most)
            return new(Limit.BodySize, CommonErrors.PayloadTooLarge);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await ReadOnceAsync(reader, admission);
            if (read.Refusal is { } refusal)
                return refusal;
            var body = read.Result.Buffer;
            if (!TryHold(body.Length - admission.HeldBytes, admission, out var limit))
                return new(limit, limit is Limit.Buffer
                    ? CommonErrors.DependencyUnavailable.Because("Too many bodies are being received. Nothing was done with this request.")
                    : CommonErrors.TooManyRequests.Because("Too many bytes of this client are being received. Nothing was done with this request."));
            var tooMany = read.Result.IsCompleted ? BodyItems.FindTooMany(body) : null;
            reader.AdvanceTo(body.Start, body.End);
            if (tooMany is not null)
                return new(Limit.BodyItems, CommonErrors.ValidationFailed.At(tooMany, $"Must not hold more than {BodyItems.Most} items."));
            if (read.Result.IsCompleted)
                return null;
        }
    }

    /// <summary>The request has ended, and its body is gone.</summary>
    public void Release(Admitted admission) => Interlocked.Add(ref _held, -admission.HeldBytes);

    private static async ValueTask<(ReadResult Result, LimitRefusal? Refusal)> ReadOnceAsync(PipeReader reader, Admitted admission)
    {
        try
        {
            return (await reader.ReadAsync(admission.Token), null);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode is StatusCodes.Status408RequestTimeout)
        {
            return (default, TooLate());
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode is StatusCodes.Status413PayloadTooLarge)
        {
            return (default, new(Limit.BodySize, CommonErrors.PayloadTooLarge));
        }
        catch (OperationCanceledException) when (admission.IsLate)
        {
            return (default, TooLate());
        }
        // The server cancels the request's own token later, when it finds the time.
        catch (Exception gone) when (gone is OperationCanceledException || (gone is IOException and not BadHttpRequestException))
        {
            return (default, LimitRefusal.CallerLeft);
        }
    }

    private static LimitRefusal TooLate() => new(Limit.BodyTime, BadRequests.BodyTooLate);

    private bool TryHold(long bytes, Admitted admission, out Limit limit)
    {
        limit = Limit.ClientBuffer;
        if (admission.Client is { } client && !client.TryBuffer(bytes, _mostHeldOfOne))
            return false;
        admission.HeldBytes += bytes;
        limit = Limit.Buffer;
        return Interlocked.Add(ref _held, bytes) <= _mostHeld;
    }
}

/// <summary>Why a request goes no further.</summary>
/// <param name="Limit">The limit that refuses; null when nobody is left to be refused.</param>
/// <param name="Error">What the caller is told.</param>
/// <param name="RetryAfterSeconds">When a retry makes sense, where the status says that there is a time for one.</param>
internal sealed record LimitRefusal(Limit? Limit, Error? Error, int RetryAfterSeconds = 1)
{
    /// <summary>The connection broke while the body was read.</summary>
    public static readonly LimitRefusal CallerLeft = new(null, null);
}
