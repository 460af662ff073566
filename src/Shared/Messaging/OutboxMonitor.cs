using ECommerce.Data;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Messaging;

/// <summary>A periodic job that counts the outboxes for metrics and the health check, and deletes expired inbox rows.</summary>
internal sealed class OutboxMonitor(
    IEnumerable<ModuleSchema> modules, MessagingDb db, OutboxMetrics metrics, IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("watch outboxes", options.Value.WatchInterval, clock, loggers)
{
    private readonly TimeProvider _clock = clock;
    private volatile OutboxSnapshot _lastSeen = new(clock.GetTimestamp(), []);

    /// <summary>The counts of one module's outbox.</summary>
    /// <param name="OldestAge">The age of the oldest pending event; zero when there is none.</param>
    public sealed record Finding(string Module, long Pending, long DeadLetters, TimeSpan OldestAge);

    /// <param name="Timestamp">The time of the counts, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    public sealed record OutboxSnapshot(long Timestamp, IReadOnlyList<Finding> Outboxes);

    /// <summary>The last counts of all outboxes; empty, with the host's start as their time, before the first.</summary>
    public OutboxSnapshot LastSeen => _lastSeen;

    protected override async Task RunAsync(CancellationToken ct)
    {
        List<Finding> outboxes = [];
        foreach (var module in modules.Select(module => module.Name))
        {
            var status = await db.StatusAsync(module, ct);
            var age = status.Oldest is { } oldest ? _clock.GetUtcNow() - oldest : TimeSpan.Zero;
            metrics.Pending.With(module).Set(status.Pending);
            metrics.DeadLetters.With(module).Set(status.DeadLetters);
            metrics.OldestAge.With(module).Set(age.TotalSeconds);
            outboxes.Add(new(module, status.Pending, status.DeadLetters, age));
            await db.ForgetAsync(module, _clock.GetUtcNow() - options.Value.InboxRetention, ct);
        }

        _lastSeen = new(_clock.GetTimestamp(), outboxes);
    }
}
