using System.IO.Pipelines;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ECommerce.Web;

/// <summary>
/// Buffers a request's body in the server's own pipe before the endpoint runs, and accounts for the memory. Nothing is copied: the bytes
/// are examined and not consumed, so that the endpoint reads them without waiting.
/// </summary>
internal sealed class RequestBodyBuffering(IOptions<LimitsOptions> limits)
{
    private readonly long _most = limits.Value.BodyBytes;
    private readonly long _mostHeld = limits.Value.BufferedBytes;
    private readonly long _mostHeldOfOne = limits.Value.BufferedBytes / 2;
    private long _held;

    /// <summary>Whether the request has a body.</summary>
    public static bool IsSent(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    /// <summary>Reads the body to its end.</summary>
    /// <param name="context">The request. Nothing is read when its endpoint takes no body.</param>
    /// <param name="admission">The request's resources, to which the buffered bytes are added.</param>
    /// <returns>Null, or the refusal.</returns>
    /// <exception cref="BadHttpRequestException">The body is malformed HTTP.</exception>
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
            if (!TryEnable(body.Length - admission.HeldBytes, admission, out var limit))
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

    /// <summary>Releases the request's bytes when it has ended.</summary>
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
        // The server cancels the request's own token with a delay.
        catch (Exception gone) when (gone is OperationCanceledException || (gone is IOException and not BadHttpRequestException))
        {
            return (default, LimitRefusal.CallerLeft);
        }
    }

    private static LimitRefusal TooLate() => new(Limit.BodyTime, BadRequestProblems.BodyTooLate);

    private bool TryEnable(long bytes, Admitted admission, out Limit limit)
    {
        limit = Limit.ClientBuffer;
        if (admission.Client is { } client && !client.TryBuffer(bytes, _mostHeldOfOne))
            return false;
        admission.HeldBytes += bytes;
        limit = Limit.Buffer;
        return Interlocked.Add(ref _held, bytes) <= _mostHeld;
    }
}

/// <summary>The refusal of a request by a limit.</summary>
/// <param name="Limit">The limit; null when the caller has disconnected.</param>
/// <param name="Error">The error of the answer.</param>
/// <param name="RetryAfterSeconds">The value of Retry-After, where the status has one.</param>
internal sealed record LimitRefusal(Limit? Limit, Error? Error, int RetryAfterSeconds = 1)
{
    /// <summary>The caller disconnected while the body was read.</summary>
    public static readonly LimitRefusal CallerLeft = new(null, null);
}
