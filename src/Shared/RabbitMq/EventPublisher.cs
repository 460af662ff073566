using System.Diagnostics;
using System.Text;
using ECommerce.Kernel;
using ECommerce.Messaging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Tracing;
using RabbitMQ.Client.Exceptions;

namespace ECommerce.RabbitMq;

/// <summary>The transport of events over RabbitMQ: publishes rows of the outboxes and waits for the broker's confirmation.</summary>
internal sealed partial class EventPublisher(
    BrokerModules modules, BrokerConnection connection, BrokerMetrics metrics, IOptions<BrokerOptions> options, ILoggerFactory loggers) : IEventTransport
{
    private readonly string[] _outgoing = [.. modules.Outgoing.Keys];
    private readonly Dictionary<string, ModuleName> _modules = modules.All.ToDictionary(module => module.Name, StringComparer.Ordinal);

    public IReadOnlyList<string> HeldBack => connection.Session is null ? _outgoing : [];

    public TimeSpan AcknowledgeTimeout => options.Value.AcknowledgeTimeout;

    public IReadOnlyList<string> ReceiversOf(string eventName) => modules.Outgoing.GetValueOrDefault(eventName) ?? [];

    public async Task<PublishOutcome> PublishAsync(OutboxMessage message, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (connection.Session is not { } session)
            return PublishOutcome.Postponed;
        var module = _modules[EventRoutes.SenderOf(message.Type)];
        var body = Encoding.UTF8.GetBytes(message.Payload);
        if (message.PublishedAt is not null)
            metrics.Republished.With(module.Name, message.Type).Inc();

        using var span = BrokerSpans.Publish(Traces.Source(module.Source), message, body.Length, session.Endpoint);
        var (outcome, failure) = await PublishAsync(session, module, message, body, lifetime);
        metrics.Published.With(module.Name, message.Type, outcome).Inc();
        if (failure is not null)
            span?.Fail(failure);
        switch (outcome)
        {
            case "confirmed":
                return PublishOutcome.Confirmed;
            case "unroutable" or "too_large":
                Undeliverable(loggers.CreateLogger(module.Source), message.Type, message.Id, outcome);
                return PublishOutcome.Undeliverable;
            default:
                return PublishOutcome.Postponed;
        }
    }

    private async Task<(string Outcome, Exception? Failure)> PublishAsync(
        BrokerSession session, ModuleName module, OutboxMessage message, byte[] body, TimeSpan lifetime)
    {
        if (body.Length > BrokerMessages.MostBytes)
            return ("too_large", new InvalidOperationException($"The payload has {body.Length} bytes."));
        using var limit = new CancellationTokenSource(options.Value.ConfirmTimeout);
        try
        {
            // A row that nobody acknowledged may have reached some receivers and missed a queue that was deleted.
            if (message.PublishedAt is not null)
                await session.DeclareAsync(limit.Token);
            var properties = BrokerMessages.Of(message, lifetime);
            var started = Stopwatch.GetTimestamp();
            try
            {
                await session.PublishAsync(BrokerTopology.Events, message.Type, properties, body, limit.Token);
            }
            catch (PublishException returned) when (returned.IsReturn)
            {
                await session.DeclareAsync(limit.Token);
                await session.PublishAsync(BrokerTopology.Events, message.Type, BrokerMessages.Of(message, lifetime), body, limit.Token);
            }

            metrics.PublishDuration.With(module.Name).Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
            return ("confirmed", null);
        }
        catch (PublishException refused)
        {
            return (refused.IsReturn ? "unroutable" : "refused", refused);
        }
        catch (Exception failure)
        {
            // A broker that confirms nothing may be frozen: a new connection finds out.
            await session.Break(failure.GetBaseException().Message);
            return ("failed", failure);
        }
    }

    [LoggerMessage(32, LogLevel.Error, "{EventType} {MessageId} cannot be sent ({Reason}), which counts as a failed attempt", EventName = "broker.undeliverable")]
    private static partial void Undeliverable(ILogger logger, string eventType, Guid messageId, string reason);
}
