using System.Diagnostics;
using Dapper;
using ECommerce.Data;
using ECommerce.Kernel;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Tracing;
using OpenTelemetry;

namespace ECommerce.Messaging;

/// <summary>
/// The outbox relay of one module, a background service: delivers events at least once and in order per aggregate, woken by the commit. On
/// stop it finishes the current row.
/// </summary>
internal sealed partial class OutboxRelay(
    ModuleName module, ModuleDataSources sources, EventCatalogue events, IServiceScopeFactory scopes, OutboxMetrics metrics,
    Broadcasts broadcasts, IEnumerable<IRelayInterceptor> interceptors, IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    private readonly Outbox _outbox = Outbox.Of(module.Name);
    private readonly ILogger _log = loggers.CreateLogger(module.Source);
    private readonly Notifications _notifications = new(module.Name, sources, events, broadcasts, options.Value, clock);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly IRelayInterceptor[] _interceptors = [.. interceptors];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Task.Run(() => RelayAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => _notifications.ListenAsync(Wake, stoppingToken), CancellationToken.None));

    private async Task RelayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await CarryAsync(stopping) == 0)
                    await _wake.WaitAsync(options.Value.PollInterval, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseAwayException)
            {
                // Logged when the circuit opened.
                await sources.Circuit.WaitUntilClosedAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception failure)
            {
                if (StatementRetries.NeedsNewSession(failure))
                    sources.For(module.Name).Clear(); // or the next attempt gets the same session
                Unreachable(_log, failure, module.Name);
                await Task.Delay(options.Value.PollInterval, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>The number of rows in the batch.</returns>
    private async Task<int> CarryAsync(CancellationToken stopping)
    {
        foreach (var interceptor in _interceptors)
        {
            if (!interceptor.MayTake(module.Name))
                return 0;
        }

        List<OutboxMessage> messages;
        await using var session = await sources.OpenAsync(module.Name, stopping);
        // The query runs every second; only a batch with rows gets a trace.
        using (SuppressInstrumentationScope.Begin())
        {
            await session.BeginAsync();
            messages = (await session.RunAsync(session.Connection.QueryAsync<OutboxMessage>(
                new CommandDefinition(_outbox.Take, new { Now = clock.GetUtcNow(), options.Value.Batch }, cancellationToken: session.Token)))).AsList();
            if (messages.Count == 0)
            {
                // A transaction that is left open would be rolled back and count in PostgreSQL's statistics as wasted work.
                await session.CommitAsync();
                return 0;
            }
        }
        using var round = Traces.Source(module.Source).StartActivity($"relay {module.Name}", ActivityKind.Internal, default(ActivityContext));
        round?.SetTag("messaging.batch.message_count", messages.Count);
        foreach (var interceptor in _interceptors)
            interceptor.Taken(module.Name, round);
        List<Guid> delivered = new(messages.Count);
        foreach (var message in messages)
        {
            if (stopping.IsCancellationRequested)
                break;
            if (await DeliverAsync(message) is { } failure)
                await session.FinishAsync(session.Connection.ExecuteAsync(new CommandDefinition(_outbox.Retry, AfterFailure(message, failure), cancellationToken: session.Token)));
            else
                delivered.Add(message.Id);
        }

        try
        {
            // The deletion of handled rows is not cancelled when the host stops; a lost one only means a redelivery.
            await session.FinishAsync(session.Connection.ExecuteAsync(new CommandDefinition(_outbox.Delivered, new { Ids = delivered }, cancellationToken: session.Token)));
            await session.CommitAsync();
            return messages.Count;
        }
        catch (Exception failure)
        {
            round?.Fail(failure);
            throw;
        }
    }

    private async Task<Exception?> DeliverAsync(OutboxMessage message)
    {
        var sent = Activity.Current;
        var delay = clock.GetUtcNow() - message.OccurredAt;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Delivery>().Begin(message, delay);
            await events.PublishAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), message, CancellationToken.None);
            metrics.Deliveries.With(module.Name, message.Type, "delivered").Inc();
            metrics.Delay.With(module.Name, message.Type).Observe((clock.GetUtcNow() - message.OccurredAt).TotalSeconds);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
        finally
        {
            Activity.Current = sent;
        }
    }

    private object AfterFailure(OutboxMessage message, Exception failure)
    {
        var now = clock.GetUtcNow();
        var attempts = message.Attempts + 1;
        var dead = attempts >= options.Value.MaxAttempts;
        metrics.Deliveries.With(module.Name, message.Type, dead ? "dead" : "retried").Inc();
        if (dead)
        {
            Activity.Current?.Fail(failure);
            Parked(_log, message.Type, message.Id, message.AggregateId, attempts);
        }

        return new { message.Id, NextAttemptAt = now + BackoffAfter(attempts), DeadAt = dead ? now : (DateTimeOffset?)null, Error = failure.GetType().Name };
    }

    // Full jitter on the upper half, so that the retries of one outage do not arrive as one wave.
    private TimeSpan BackoffAfter(int attempts)
    {
        var full = Math.Min(options.Value.LongestBackoff.TotalMilliseconds, options.Value.FirstBackoff.TotalMilliseconds * Math.Pow(2, attempts - 1));
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // The semaphore is full: another notification has woken the relay.
            }
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(10, LogLevel.Warning, "The relay of {Module} could not reach its outbox and tries again", EventName = "outbox.unreachable")]
    private static partial void Unreachable(ILogger logger, Exception failure, string module);

    [LoggerMessage(11, LogLevel.Error, "{EventType} {MessageId} of {AggregateId} is a dead letter after {Attempts} attempts: mend the cause, then redrive it", EventName = "outbox.dead_letter")]
    private static partial void Parked(ILogger logger, string eventType, Guid messageId, Guid aggregateId, int attempts);
}
