using System.Diagnostics;
using ECommerce.Kernel;
using MediatR;
using Observability.Tracing;

namespace ECommerce.Modules;

/// <summary>
/// The pipeline behavior that records span, histogram and log line of every command and query in one place, so that they cannot disagree.
/// </summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(
    CommandTelemetry<TRequest> instrument, IEnumerable<IHandlerInterceptor> interceptors, ForwardedRequests forwarded) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    private readonly IHandlerInterceptor[] _interceptors = [.. interceptors];
    private readonly bool _isForwarded = forwarded.Contains(typeof(TRequest));

    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        _isForwarded ? next() : RecordAsync(request, next, cancellationToken);

    private async Task<TResponse> RecordAsync(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        using var activity = instrument.Source.StartActivity(instrument.Name);
        if (activity is { IsAllDataRequested: true })
            instrument.Describe(activity, request);

        var started = Stopwatch.GetTimestamp();
        try
        {
            // Interceptors stand just inside, so that what they do is seen like anything else.
            foreach (var interceptor in _interceptors)
            {
                if (interceptor.IsActive)
                    next = Intercept(interceptor, activity, request, next, cancellationToken);
            }

            var result = await next();
            var outcome = result.Error is null ? CommandOutcome.Ok : CommandOutcome.Rejected;
            instrument.Finish(activity, request, outcome, result.Error?.Code, Stopwatch.GetElapsedTime(started));
            return result;
        }
        catch (Exception exception)
        {
            // The exception is logged once, where it is handled. A caller's disconnect is not a failure.
            if (!cancellationToken.IsCancellationRequested)
                activity?.Fail(exception);
            instrument.Finish(activity, request, CommandOutcome.Failed, null, Stopwatch.GetElapsedTime(started));
            throw;
        }
    }

    // Apart, since a closure is made when its method begins, and almost no request needs one.
    private RequestHandlerDelegate<TResponse> Intercept(
        IHandlerInterceptor interceptor, Activity? activity, TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken ct) =>
        () => interceptor.RunAsync(activity, instrument.Slice, instrument.GroupOf(request), next, ct);
}
