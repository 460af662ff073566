using System.Diagnostics;
using ECommerce.Kernel;
using ECommerce.Messaging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Tracing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ECommerce.RabbitMq;

/// <summary>
/// Consumes the queue of events of each hosted module: runs the handlers, sends the receipt to the sender, and acknowledges. The order of
/// one aggregate is kept by the sender, which has one of its events in flight.
/// </summary>
internal sealed partial class EventConsumer(
    BrokerModules modules, InboundEvents events, BrokerMetrics metrics, IOptions<BrokerOptions> options, ILoggerFactory loggers) : IBrokerLink
{
    public async Task OpenAsync(BrokerSession session, CancellationToken ct)
    {
        foreach (var module in modules.Receivers)
        {
            var queue = BrokerTopology.EventsOf(module.Name);
            var log = loggers.CreateLogger(module.Source);
            await session.ConsumeAsync(
                queue, options.Value.Concurrency, (channel, message) => ReceiveAsync(session, channel, message, module, queue, log, session.Ended), ct);
        }
    }

    public void Closed()
    {
        // The session ends its consumers.
    }

    private async Task ReceiveAsync(
        BrokerSession session, IChannel channel, BasicDeliverEventArgs delivered, ModuleName module, string queue, ILogger log, CancellationToken ended)
    {
        Activity.Current = null;
        // A receipt needs a sender that can get it.
        if (!BrokerMessages.TryRead(delivered.BasicProperties, delivered.Body, out var message) || !modules.IsKnown(EventRoutes.SenderOf(message.Type)))
        {
            metrics.Received.With(module.Name, "unknown", "malformed").Inc();
            Malformed(log, queue);
            await channel.BasicRejectAsync(delivered.DeliveryTag, requeue: false, CancellationToken.None);
            return;
        }

        var eventName = modules.Handles(module.Name, message.Type) ? message.Type : "unknown";
        if (delivered.Redelivered)
            metrics.Redelivered.With(module.Name, eventName).Inc();
        using var span = BrokerSpans.Receive(Traces.Source(module.Source), message, queue, delivered.Body.Length, session.Endpoint);
        var failure = await events.HandleAsync(message, module.Name, new(BrokerSpans.System, BrokerSpans.DestinationOf(message.Type, queue)), ended);
        if (failure is not null)
            span?.Fail(failure);
        metrics.Received.With(module.Name, eventName, failure is null ? "handled" : "failed").Inc();

        Activity.Current = span;
        var receipt = BrokerMessages.Of(new Receipt(message.Id, module.Name, message.Attempts + 1, failure?.GetType().Name));
        using var limit = new CancellationTokenSource(options.Value.ConfirmTimeout);
        // A lost receipt is repeated: the sender publishes again, and the inbox finds the message handled.
        await session.PublishAsync("", BrokerTopology.ReceiptsOf(EventRoutes.SenderOf(message.Type)), receipt, default, limit.Token);
        await channel.BasicAckAsync(delivered.DeliveryTag, multiple: false, limit.Token);
    }

    [LoggerMessage(33, LogLevel.Error, "A message in {Queue} is not an event of the shop and was dropped", EventName = "broker.malformed")]
    private static partial void Malformed(ILogger logger, string queue);
}
