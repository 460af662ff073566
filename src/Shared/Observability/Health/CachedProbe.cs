using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ECommerce.Observability.Health;

/// <summary>The checks of one kind of probe, run at most once per cache time however many ask.</summary>
internal sealed class CachedProbe(HealthCheckService checks, HealthMirror mirror, TimeProvider clock, string tag, TimeSpan cacheTime)
{
    private readonly Lock gate = new();
    private Task<HealthReport>? latest;
    private long startedAt;

    public Task<HealthReport> AskAsync()
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && (!latest.IsCompletedSuccessfully || clock.GetElapsedTime(startedAt) >= cacheTime)))
            {
                startedAt = clock.GetTimestamp();
                latest = RunAsync();
            }
            return latest;
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
