using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Observability.Health;

/// <summary>Runs the health checks of one kind of probe at most once per cache time, however many probes arrive.</summary>
internal sealed class CachedHealthChecks(HealthCheckService checks, MetricsHealthCheckPublisher mirror, TimeProvider clock, string tag, TimeSpan cacheTime)
{
    private readonly Lock _gate = new();
    private Task<HealthReport>? _latest;
    private long _startedAt;

    public Task<HealthReport> AskAsync()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && (!_latest.IsCompletedSuccessfully || clock.GetElapsedTime(_startedAt) >= cacheTime)))
            {
                _startedAt = clock.GetTimestamp();
                _latest = RunAsync();
            }
            return _latest;
        }
    }

    // The result is shared by all waiting probes, so that a probe that disconnects must not cancel it. Each check has its own time limit.
    private async Task<HealthReport> RunAsync()
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag), CancellationToken.None);
        mirror.Show(report);
        return report;
    }
}
