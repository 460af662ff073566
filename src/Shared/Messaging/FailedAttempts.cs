using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Tracing;

namespace ECommerce.Messaging;

/// <summary>Decides what a failed delivery does to its row: a delay that doubles with each attempt, and in the end a dead letter.</summary>
public sealed partial class FailedAttempts(OutboxMetrics metrics, IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>Counts the attempt, and logs a dead letter.</summary>
    /// <returns>The parameters of <see cref="Outbox.Retry"/>.</returns>
    internal object Record(ModuleName module, OutboxMessage message, string error, Exception? failure = null)
    {
        var now = clock.GetUtcNow();
        var attempts = message.Attempts + 1;
        var dead = attempts >= options.Value.MaxAttempts;
        metrics.Deliveries.With(module.Name, message.Type, dead ? "dead" : "retried").Inc();
        if (dead)
        {
            if (failure is not null)
                Activity.Current?.Fail(failure);
            Parked(loggers.CreateLogger(module.Source), message.Type, message.Id, message.AggregateId, attempts);
        }

        return new { message.Id, NextAttemptAt = now + BackoffAfter(attempts), DeadAt = dead ? now : (DateTimeOffset?)null, Error = error };
    }

    // Full jitter on the upper half, so that the retries of one outage do not arrive as one wave.
    private TimeSpan BackoffAfter(int attempts)
    {
        var full = Math.Min(options.Value.LongestBackoff.TotalMilliseconds, options.Value.FirstBackoff.TotalMilliseconds * Math.Pow(2, attempts - 1));
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    [LoggerMessage(11, LogLevel.Error, "{EventType} {MessageId} of {AggregateId} is a dead letter after {Attempts} attempts: mend the cause, then redrive it", EventName = "outbox.dead_letter")]
    private static partial void Parked(ILogger logger, string eventType, Guid messageId, Guid aggregateId, int attempts);
}
