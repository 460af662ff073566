using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using Observability.Http;

namespace ECommerce.Web;

/// <summary>
/// The middleware that enforces the request limits. In this order: the client's rate and its share of requests in flight, the body, the
/// concurrency limit. One time limit covers all of it and the endpoint. On the management listener only the body limits and the time limit
/// apply; on the internal one, whose few callers stand for many customers, the concurrency limit, too.
/// </summary>
internal sealed class Admission(
    RequestDelegate next, ClientTable clients, RequestBodyBuffering bodies, ConcurrencyLimit places, LimitMetrics metrics, IOptions<LimitsOptions> limits)
{
    private static readonly Error NoPlace = CommonErrors.DependencyUnavailable.Because("Too many requests are in work. Nothing was done with this one.");
    private static readonly Error NoShare = CommonErrors.TooManyRequests.Because("Too many requests of this client are in work. Nothing was done with this one.");

    private readonly TimeSpan _time = limits.Value.RequestTimeout;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Listener() is Listener.Management)
            return RunAsync(context, null, needsPlace: false);
        if (context.Listener() is Listener.Internal)
            return RunAsync(context, null, needsPlace: !IsProbe(context.Request.Path));
        var network = ClientNetwork.Of(context);
        // Probes have a token bucket of their own and are exempt from the concurrency limit, so that a busy client does not make the host
        // look dead to an orchestrator behind the same address.
        if (IsProbe(context.Request.Path))
        {
            return clients.CountProbe(network) is { } pause
                ? RefuseAsync(context, new(Limit.ProbeRate, CommonErrors.TooManyRequests, Seconds(pause)))
                : RunAsync(context, null, needsPlace: false);
        }

        var wait = clients.Enter(network, out var client, out var limit);
        return client is null
            ? RefuseAsync(context, new(limit, limit is Limit.Rate ? CommonErrors.TooManyRequests : NoShare, Seconds(wait)))
            : RunAsync(context, client, NeedsPlace(context));
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/ready", StringComparison.OrdinalIgnoreCase);

    private static bool NeedsPlace(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<SeparateConcurrencyLimit>() is null;

    private static int Seconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalSeconds);

    private async Task RunAsync(HttpContext context, Client? client, bool needsPlace)
    {
        var hasTimeLimit = context.GetEndpoint()?.Metadata.GetMetadata<DisableRequestTimeoutAttribute>() is null && !Debugger.IsAttached;
        using var admitted = new Admitted(context, client, hasTimeLimit ? _time : Timeout.InfiniteTimeSpan);
        var hasPlace = false;
        try
        {
            if (RequestBodyBuffering.IsSent(context) && await bodies.ReadAsync(context, admitted) is { } refusal)
                await RefuseAsync(context, refusal);
            else if (needsPlace && !(hasPlace = places.TryTake()))
                await RefuseAsync(context, new(Limit.Concurrency, NoPlace));
            else
                await ServeAsync(context, admitted);
        }
        catch (OperationCanceledException) when (admitted.IsLate)
        {
            await GiveUpAsync(context);
        }
        finally
        {
            if (hasPlace)
                places.Leave();
            bodies.Release(admitted);
        }
    }

    private async Task ServeAsync(HttpContext context, Admitted admitted)
    {
        await next(context);
        // After a cancellation the framework would end a partial answer as if it were complete, unless the server has closed the
        // connection.
        if (admitted.IsTimeUp && context.Response.HasStarted)
            await BreakOffAsync(context);
    }

    private async Task RefuseAsync(HttpContext context, LimitRefusal refusal)
    {
        if (refusal.Limit is not { } limit)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }

        metrics.Refused(limit);
        RefusedByLimit.Set(context);
        // The server would read the rest of the body before the next request.
        if (limit is Limit.BodyTime or Limit.BodySize or Limit.Buffer or Limit.ClientBuffer)
            context.Response.Headers.Connection = "close";
        await new Problem(refusal.Error!) { RetryAfterSeconds = refusal.RetryAfterSeconds }.ExecuteAsync(context);
    }

    private Task GiveUpAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
            return BreakOffAsync(context);
        metrics.Refused(Limit.RequestTime);
        return new Problem(CommonErrors.Timeout).ExecuteAsync(context);
    }

    // A client that reads too slowly counts as disconnected. The write makes the telemetry see it.
    private async Task BreakOffAsync(HttpContext context)
    {
        metrics.Refused(Limit.AnswerTime);
        context.Abort();
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
    }
}

/// <summary>The resources of an admitted request, and its time limit.</summary>
internal sealed class Admitted : IRequestDeadline, IDisposable
{
    // Timers have the resolution of the system's coarse clock.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    private readonly HttpContext _context;
    private readonly CancellationToken _callerLeft;
    private readonly CancellationTokenSource _deadline;
    private readonly TimeSpan _time;
    private readonly long _started = Stopwatch.GetTimestamp();

    public Admitted(HttpContext context, Client? client, TimeSpan time)
    {
        (_context, Client, _callerLeft, _time) = (context, client, context.RequestAborted, time);
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(_callerLeft);
        _deadline.CancelAfter(time);
        context.RequestAborted = _deadline.Token;
        context.Features.Set<IRequestDeadline>(this);
    }

    /// <inheritdoc/>
    public TimeSpan? Left => _time < TimeSpan.Zero ? null : _time - Stopwatch.GetElapsedTime(_started);

    /// <summary>The client whose share the request counts in; null for probes and operators.</summary>
    public Client? Client { get; }

    /// <summary>The bytes of the body that are held in memory.</summary>
    public long HeldBytes { get; set; }

    /// <summary>Cancelled when the time is up or the caller disconnects.</summary>
    public CancellationToken Token => _deadline.Token;

    /// <summary>Whether the time is up and the caller still connected.</summary>
    public bool IsLate => _deadline.IsCancellationRequested && !_callerLeft.IsCancellationRequested;

    /// <summary>
    /// Whether the time is up, even if the caller has disconnected meanwhile: the server closes the connection when a write is cancelled.
    /// </summary>
    public bool IsTimeUp => _time > TimeSpan.Zero && _deadline.IsCancellationRequested && Stopwatch.GetElapsedTime(_started) + Tolerance >= _time;

    public void Dispose()
    {
        _context.RequestAborted = _callerLeft;
        _context.Features.Set<IRequestDeadline>(null);
        _deadline.Dispose();
        Client?.Leave(HeldBytes);
    }
}
