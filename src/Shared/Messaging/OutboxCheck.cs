using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ECommerce.Messaging;

/// <summary>
/// The health check <c>outbox</c>: whether events are delivered. It runs no query, since counting an outbox is most expensive when it is
/// stuck: it uses the last result of the periodic job, and is degraded when that is too old.
/// </summary>
internal sealed class OutboxCheck(OutboxMonitor watch, IOptions<OutboxOptions> options, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (timestamp, outboxes) = watch.LastSeen;
        var silence = clock.GetElapsedTime(timestamp);
        string[] troubles = [.. silence > LongestSilence ? [$"nobody could look for {Seconds(silence)}"] : Array.Empty<string>(), .. outboxes.SelectMany(ProblemsOf)];
        var details = outboxes.ToDictionary(
            outbox => outbox.Module,
            object (outbox) => new { outbox.Pending, outbox.DeadLetters, OldestAgeSeconds = Math.Round(outbox.OldestAge.TotalSeconds, 3) });
        return Task.FromResult(troubles.Length == 0
            ? HealthCheckResult.Healthy("Events get through.", details)
            : HealthCheckResult.Degraded($"Events are stuck: {string.Join("; ", troubles)}.", data: details));
    }

    private IEnumerable<string> ProblemsOf(OutboxMonitor.Finding outbox)
    {
        if (outbox.DeadLetters > 0)
            yield return $"dead letters of {outbox.Module}: {outbox.DeadLetters}";
        if (outbox.OldestAge > options.Value.StuckAfter)
            yield return $"the oldest event of {outbox.Module} has waited for {Seconds(outbox.OldestAge)}";
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
