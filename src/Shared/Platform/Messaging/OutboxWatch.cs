using ECommerce.Platform.Modules;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Platform.Messaging;

/// <summary>Looks at every outbox now and then: keeps the gauges true and lets inboxes forget what is long done.</summary>
internal sealed class OutboxWatch(
    IEnumerable<IModule> modules, MessagingDb db, OutboxMetrics metrics, IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : Round("watch outboxes", TimeSpan.FromSeconds(5), clock, loggers)
{
    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        foreach (var module in modules.Select(module => module.Name))
        {
            var status = await db.StatusAsync(module, ct);
            metrics.Pending.With(module).Set(status.Pending);
            metrics.DeadLetters.With(module).Set(status.DeadLetters);
            metrics.OldestAge.With(module).Set(status.Oldest is { } oldest ? (_clock.GetUtcNow() - oldest).TotalSeconds : 0);
            await db.ForgetAsync(module, _clock.GetUtcNow() - options.Value.InboxRetention, ct);
        }
    }
}
