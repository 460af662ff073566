using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Observability.Health;

/// <summary>The checks of one kind of probe, run at most once per cache time however many ask.</summary>
internal sealed class CachedProbe(HealthCheckService checks, HealthMirror mirror, TimeProvider clock, string tag, TimeSpan cacheTime)
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

    // The result is everybody's, so nobody who leaves may cancel it; each check has its own time limit.
    private async Task<HealthReport> RunAsync()
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag), CancellationToken.None);
        mirror.Show(report);
        return report;
    }
}
