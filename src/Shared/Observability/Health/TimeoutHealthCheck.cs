using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;

namespace Observability.Health;

/// <summary>
/// A health check with a time limit around another one. It answers in time even if the inner check ignores its token, and it creates no
/// spans.
/// </summary>
internal sealed class TimeoutHealthCheck(IHealthCheck inner, TimeSpan limit) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var silent = SuppressInstrumentationScope.Begin();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            return await Task.Run(() => inner.CheckHealthAsync(context, timer.Token), timer.Token).WaitAsync(timer.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(context.Registration.FailureStatus, $"No answer within {limit.TotalSeconds:0.##} s.");
        }
        // Every exception means that the check failed. Its message may hold addresses, so that only the log gets it.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(context.Registration.FailureStatus, $"The check failed: {e.GetType().Name}.", e);
        }
    }
}
