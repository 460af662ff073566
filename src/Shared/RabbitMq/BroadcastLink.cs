using System.Threading.Channels;
using ECommerce.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ECommerce.RabbitMq;

/// <summary>
/// Carries broadcasts between hosts of different modules, whose databases do not hear each other's NOTIFY. A host of the publishing module
/// forwards what its feed receives, and each proof that the feed works: a feed in another process is live only while the whole way is
/// proved, from the publisher's database to here. Delivery is at most once; whatever may be lost is followed by <c>resumed</c>.
/// </summary>
internal sealed class BroadcastLink : IBrokerLink
{
    private const string Changed = "changed";
    private const string Alive = "alive";
    private const string Resumed = "resumed";
    private const string Module = "module";

    // More than that while the broker takes nothing, and the receivers forget all that they know.
    private const int MostWaiting = 10_000;

    private readonly Channel<(string Kind, string Module, Guid Id)> _outbound = Channel.CreateBounded<(string, string, Guid)>(MostWaiting);
    private readonly Dictionary<string, (Broadcasts.Feed Feed, bool IsHosted)> _feeds;
    private readonly BrokerMetrics _metrics;
    private volatile bool _hasLost;

    public BroadcastLink(BrokerModules modules, EventCatalogue events, Broadcasts broadcasts, BrokerMetrics metrics)
    {
        _metrics = metrics;
        _feeds = (modules.IsActive ? modules.All : [])
            .Where(module => events.Broadcasts(module.Name))
            .ToDictionary(module => module.Name, module => (broadcasts.Of(module.Name), modules.IsHosted(module.Name)), StringComparer.Ordinal);
        foreach (var (module, (feed, _)) in _feeds.Where(feed => feed.Value.IsHosted))
        {
            feed.Received += id => Send(Changed, module, id);
            feed.Resumed += () => Send(Resumed, module, Guid.Empty);
            feed.Proven += () => Send(Alive, module, Guid.Empty);
        }
    }

    public async Task OpenAsync(BrokerSession session, CancellationToken ct)
    {
        var channel = await session.OpenChannelAsync(null, ct);
        if (_feeds.Values.Any(feed => !feed.IsHosted))
        {
            var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: ct);
            await channel.QueueBindAsync(queue.QueueName, BrokerTopology.Broadcasts, "", cancellationToken: ct);
            var consumer = new AsyncEventingBasicConsumer(channel);
            HashSet<string> known = new(StringComparer.Ordinal);
            consumer.ReceivedAsync += (_, message) => ReceiveAsync(message, known);
            consumer.UnregisteredAsync += (_, _) => session.Break("The broker has ended the consumer of broadcasts.");
            await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, ct);
        }

        if (_feeds.Values.Any(feed => feed.IsHosted))
        {
            var publishing = await session.OpenChannelAsync(null, ct);
            _hasLost = true; // whatever happened while there was no session
            session.Run(() => ForwardAsync(publishing, session.Ended));
        }
    }

    public void Closed()
    {
        foreach (var (feed, isHosted) in _feeds.Values)
        {
            if (!isHosted)
                feed.Interrupt();
        }
    }

    // Called on the connection that listens to PostgreSQL: it must not block.
    private void Send(string kind, string module, Guid id)
    {
        if (!_outbound.Writer.TryWrite((kind, module, id)) && kind != Alive)
            _hasLost = true;
    }

    private async Task ForwardAsync(IChannel channel, CancellationToken ended)
    {
        await foreach (var message in _outbound.Reader.ReadAllAsync(ended))
        {
            if (_hasLost)
            {
                _hasLost = false;
                foreach (var module in _feeds.Where(feed => feed.Value.IsHosted))
                    await PublishAsync(channel, Resumed, module.Key, Guid.Empty, ended);
            }

            await PublishAsync(channel, message.Kind, message.Module, message.Id, ended);
            if (message.Kind == Changed)
                _metrics.Broadcasts.With(message.Module, "sent").Inc();
        }
    }

    private static async Task PublishAsync(IChannel channel, string kind, string module, Guid id, CancellationToken ct) => await channel.BasicPublishAsync(
        BrokerTopology.Broadcasts, "", mandatory: false,
        new BasicProperties { Type = kind, MessageId = id.ToString("D"), Headers = new Dictionary<string, object?> { [Module] = module } },
        ReadOnlyMemory<byte>.Empty, ct);

    /// <param name="message">The message.</param>
    /// <param name="known">The modules that this session has heard of: before that their feeds may have lost anything.</param>
    private Task ReceiveAsync(BasicDeliverEventArgs message, HashSet<string> known)
    {
        var properties = message.BasicProperties;
        if (BrokerMessages.Text(properties, Module) is not { } module || !_feeds.TryGetValue(module, out var feed) || feed.IsHosted)
            return Task.CompletedTask;
        if (properties.Type == Resumed || known.Add(module))
            feed.Feed.Resume();
        if (properties.Type == Alive)
            feed.Feed.Prove();
        else if (properties.Type == Changed && Guid.TryParseExact(properties.MessageId, "D", out var id))
        {
            feed.Feed.Receive(id);
            _metrics.Broadcasts.With(module, "received").Inc();
        }

        return Task.CompletedTask;
    }
}
