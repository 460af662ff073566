using System.Diagnostics;
using ECommerce.Messaging;
using Observability.Tracing;
using RabbitMQ.Client;

namespace ECommerce.RabbitMq;

/// <summary>
/// The spans of the broker, by OpenTelemetry's messaging conventions (https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/). The
/// creation context of a message is that of the span <c>send {event}</c>, in which the fact was committed; consumers link to it.
/// </summary>
internal static class BrokerSpans
{
    public const string System = "rabbitmq";

    private static readonly string[] Message =
    [
        "messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name", "messaging.message.id",
        "messaging.rabbitmq.destination.routing_key", "messaging.message.body.size", "server.address", "server.port",
    ];

    public static readonly SpanDescriptor[] All =
    [
        new("publish {event}", ActivityKind.Producer, "An event on its way to the message broker, until the broker has confirmed it.")
        {
            Always = Message,
            Sometimes = ["app.outbox.attempt", "error.type"],
            LinksTo = "send {event}",
        },
        new("receive {event}", ActivityKind.Consumer, "An event from the message broker, until its receipt is sent and it is acknowledged. A root span that links to the sender.")
        {
            Always = [.. Message, "messaging.consumer.group.name"],
            Sometimes = ["app.outbox.attempt", "error.type"],
            LinksTo = "send {event}",
        },
    ];

    public static Activity? Publish(ActivitySource source, OutboxMessage message, int bytes, AmqpTcpEndpoint broker) => Describe(
        source.StartActivity($"publish {NameOf(message.Type)}", ActivityKind.Producer, default(ActivityContext), links: LinksOf(message)),
        "publish", "send", $"{BrokerTopology.Events}:{message.Type}", message, bytes, broker);

    public static Activity? Receive(ActivitySource source, OutboxMessage message, string queue, int bytes, AmqpTcpEndpoint broker) => Describe(
        source.StartActivity($"receive {NameOf(message.Type)}", ActivityKind.Consumer, default(ActivityContext), links: LinksOf(message)),
        "receive", "receive", DestinationOf(message.Type, queue), message, bytes, broker)?.SetTag("messaging.consumer.group.name", queue);

    public static string DestinationOf(string type, string queue) => $"{BrokerTopology.Events}:{type}:{queue}";

    private static Activity? Describe(Activity? span, string name, string type, string destination, OutboxMessage message, int bytes, AmqpTcpEndpoint broker) => span?
        .SetTag("messaging.system", System)
        .SetTag("messaging.operation.name", name)
        .SetTag("messaging.operation.type", type)
        .SetTag("messaging.destination.name", destination)
        .SetTag("messaging.rabbitmq.destination.routing_key", message.Type)
        .SetTag("messaging.message.id", message.Id)
        .SetTag("messaging.message.body.size", bytes)
        .SetTag("app.outbox.attempt", message.Attempts + 1)
        .SetTag("server.address", broker.HostName)
        .SetTag("server.port", broker.Port);

    private static ActivityLink[] LinksOf(OutboxMessage message) =>
        ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out var sender) ? [new(sender)] : [];

    // The wire name orders.order-placed.v1 is the event OrderPlaced: the name of the span must not hold more values than there are events.
    private static string NameOf(string type) => string.Concat(
        (type.Split('.') is [_, var name, ..] ? name : "unknown").Split('-').Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]));
}
