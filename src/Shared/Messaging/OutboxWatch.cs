using ECommerce.Data;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Messaging;

/// <summary>Looks at every outbox now and then: keeps the gauges true and lets inboxes forget what is long done.</summary>
internal sealed class OutboxWatch(
    IEnumerable<ModuleSchema> modules, MessagingDb db, OutboxMetrics metrics, IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : Round("watch outboxes", options.Value.WatchInterval, clock, loggers)
{
    private readonly TimeProvider _clock = clock;
    private volatile Sight _lastSeen = new(clock.GetTimestamp(), []);

    /// <summary>What it found in one module's outbox.</summary>
    /// <param name="OldestAge">How long the oldest waiting event had waited; zero when none did.</param>
    public sealed record Finding(string Module, long Pending, long DeadLetters, TimeSpan OldestAge);

    /// <param name="Timestamp">When it looked, by the clock's <see cref="TimeProvider.GetTimestamp"/>.</param>
    public sealed record Sight(long Timestamp, IReadOnlyList<Finding> Outboxes);

    /// <summary>All outboxes at the last time that all of them could be looked at; nothing, as of the host's start, before the first.</summary>
    public Sight LastSeen => _lastSeen;

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
