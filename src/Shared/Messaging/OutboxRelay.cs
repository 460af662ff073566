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
    ModuleName module, ModuleDataSources sources, EventCatalogue events, IServiceScopeFactory scopes, OutboxMetrics metrics, FailedAttempts failedAttempts,
    RelaySignals signals, RemoteDeliveries remote, Broadcasts broadcasts, IEnumerable<IRelayInterceptor> interceptors, IEnumerable<IEventTransport> transports,
    IOptions<OutboxOptions> options, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    private readonly Outbox _outbox = Outbox.Of(module.Name);
    private readonly ILogger _log = loggers.CreateLogger(module.Source);
    private readonly Notifications _notifications = new(module.Name, sources, events, broadcasts, options.Value, clock);
    private readonly IEventTransport? _transport = transports.SingleOrDefault();
    private readonly IRelayInterceptor[] _interceptors = [.. interceptors];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Task.Run(() => RelayAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => _notifications.ListenAsync(() => signals.Wake(module.Name), stoppingToken), CancellationToken.None));

    private async Task RelayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await CarryAsync(stopping) == 0)
                    await signals.WaitAsync(module.Name, options.Value.PollInterval, stopping);
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
                    sources.Clear(module.Name); // or the next attempt gets the same session
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

        var batch = await DeliverAsync(stopping);
        using (batch.Span)
        {
            Activity.Current = batch.Span;
            if (batch.Remote.Count > 0)
                await PublishAsync(batch.Remote);
        }

        return batch.Count;
    }

    /// <param name="Count">The number of rows.</param>
    /// <param name="Remote">The rows that are reserved for publication to other processes.</param>
    /// <param name="Span">The span of the batch, which is still open.</param>
    private sealed record Batch(int Count, IReadOnlyList<OutboxMessage> Remote, Activity? Span);

    /// <summary>Delivers a batch to the handlers of this process, in one transaction, and reserves the rows that others handle, too.</summary>
    private async Task<Batch> DeliverAsync(CancellationToken stopping)
    {
        List<OutboxMessage> messages;
        await using var session = await sources.OpenAsync(module.Name, stopping);
        // The query runs every second; only a batch with rows gets a trace.
        using (SuppressInstrumentationScope.Begin())
        {
            await session.BeginAsync();
            messages = (await session.RunAsync(session.Connection.QueryAsync<OutboxMessage>(new CommandDefinition(
                _outbox.Take, new { Now = clock.GetUtcNow(), options.Value.Batch, HeldBack = _transport?.HeldBack ?? [] }, cancellationToken: session.Token)))).AsList();
            if (messages.Count == 0)
            {
                // A transaction that is left open would be rolled back and count in PostgreSQL's statistics as wasted work.
                await session.CommitAsync();
                return new(0, [], null);
            }
        }
        var round = Traces.Source(module.Source).StartActivity($"relay {module.Name}", ActivityKind.Internal, default(ActivityContext));
        try
        {
            round?.SetTag("messaging.batch.message_count", messages.Count);
            foreach (var interceptor in _interceptors)
                interceptor.Taken(module.Name, round);
            List<Guid> delivered = new(messages.Count);
            List<OutboxMessage> published = [];
            foreach (var message in messages)
            {
                if (stopping.IsCancellationRequested)
                    break;
                var isRemote = _transport?.ReceiversOf(message.Type).Count > 0;
                // A row that is published again has been handled in this process before.
                if ((!isRemote || message.PublishedAt is null) && await HandleAsync(message) is { } failure)
                    await FinishAsync(session, _outbox.Retry, failedAttempts.Record(module, message, failure.GetType().Name, failure));
                else if (isRemote)
                    published.Add(message);
                else
                    delivered.Add(Counted(message));
            }

            if (published.Count > 0)
                await FinishAsync(session, _outbox.Reserve, Reservation(published));
            // The deletion of handled rows is not cancelled when the host stops; a lost one only means a redelivery.
            if (delivered.Count > 0)
                await FinishAsync(session, _outbox.Delivered, new { Ids = delivered });
            await session.CommitAsync();
            return new(messages.Count, published, round);
        }
        catch (Exception failure)
        {
            round?.Fail(failure);
            round?.Dispose();
            throw;
        }
    }

    private static Task FinishAsync(DatabaseSession session, string sql, object arguments) =>
        session.FinishAsync(session.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: session.Token)));

    private Guid Counted(OutboxMessage message)
    {
        metrics.Deliveries.With(module.Name, message.Type, "delivered").Inc();
        metrics.Delay.With(module.Name, message.Type).Observe((clock.GetUtcNow() - message.OccurredAt).TotalSeconds);
        return message.Id;
    }

    private object Reservation(List<OutboxMessage> published)
    {
        var now = clock.GetUtcNow();
        return new { Now = now, Ids = published.Select(message => message.Id).ToArray(), Until = published.Select(message => now + LifetimeOf(message, now)).ToArray() };
    }

    // The time to wait doubles with each publication: a receiver that is away for an hour does not get a copy every ten seconds.
    private TimeSpan LifetimeOf(OutboxMessage message, DateTimeOffset now)
    {
        var waited = now - (message.PublishedAt ?? now);
        var longest = options.Value.LongestBackoff;
        var shortest = _transport!.AcknowledgeTimeout;
        return waited < shortest ? shortest : waited < longest ? waited : shortest < longest ? longest : shortest;
    }

    /// <summary>Publishes reserved rows, all at once: they belong to different aggregates. No transaction is open meanwhile.</summary>
    private async Task PublishAsync(IReadOnlyList<OutboxMessage> messages)
    {
        var now = clock.GetUtcNow();
        var outcomes = await Task.WhenAll(messages.Select(message => _transport!.PublishAsync(message, LifetimeOf(message, now))));
        Guid[] postponed = [.. messages.Zip(outcomes).Where(pair => pair.Second is PublishOutcome.Postponed).Select(pair => pair.First.Id)];
        if (postponed.Length > 0)
            await remote.PostponeAsync(module.Name, postponed, options.Value.PollInterval, CancellationToken.None);
        foreach (var (message, outcome) in messages.Zip(outcomes))
        {
            if (outcome is PublishOutcome.Undeliverable)
                await remote.FailAsync(module, message, nameof(PublishOutcome.Undeliverable), CancellationToken.None);
        }
    }

    /// <summary>Runs the handlers of this process.</summary>
    private async Task<Exception?> HandleAsync(OutboxMessage message)
    {
        var sent = Activity.Current;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Delivery>().Begin(message, clock.GetUtcNow() - message.OccurredAt);
            await events.PublishAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), message, CancellationToken.None);
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

    [LoggerMessage(10, LogLevel.Warning, "The relay of {Module} could not reach its outbox and tries again", EventName = "outbox.unreachable")]
    private static partial void Unreachable(ILogger logger, Exception failure, string module);
}
