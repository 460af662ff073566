using System.Diagnostics;
using ECommerce.Kernel;
using ECommerce.Platform.Faults;
using MediatR;
using Observability.Tracing;

namespace ECommerce.Platform.Pipeline;

/// <summary>
/// The pipeline behavior that records span, histogram and log line of every command and query in one place, so that they cannot disagree.
/// </summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(CommandInstrument<TRequest> instrument, SliceFaults faults) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = instrument.Source.StartActivity(instrument.Name);
        if (activity is { IsAllDataRequested: true })
            instrument.Describe(activity, request);

        var started = Stopwatch.GetTimestamp();
        try
        {
            // Faults are injected inside the telemetry, so that they are observed like any other failure.
            var result = await (faults.AreQuiet ? next() : faults.RunAsync(activity, instrument, next, cancellationToken));
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
}
