using RabbitMQ.Client;

namespace ECommerce.RabbitMq;

/// <summary>The exchanges and queues of the shop. Declaring is idempotent; a declaration with other arguments is refused by the broker.</summary>
internal static class BrokerTopology
{
    /// <summary>The topic exchange of events; the routing key is the event's wire name.</summary>
    public const string Events = "shop.events";

    /// <summary>The fanout exchange of broadcasts.</summary>
    public const string Broadcasts = "shop.broadcasts";

    // A full queue refuses messages, which then stay in the outbox.
    private const int MostMessages = 100_000;
    private const int MostBytes = 256 * 1024 * 1024;

    public static string EventsOf(string module) => $"events.{module}";

    public static string ReceiptsOf(string module) => $"receipts.{module}";

    public static async Task DeclareAsync(IChannel channel, BrokerModules modules, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Events, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        await channel.ExchangeDeclareAsync(Broadcasts, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: ct);
        foreach (var (module, events) in modules.Routes)
        {
            await DeclareQueueAsync(channel, ReceiptsOf(module), ct);
            string[] names = [.. events];
            if (names.Length == 0)
                continue;
            await DeclareQueueAsync(channel, EventsOf(module), ct);
            foreach (var name in names)
                await channel.QueueBindAsync(EventsOf(module), Events, name, cancellationToken: ct);
        }
    }

    private static Task<QueueDeclareOk> DeclareQueueAsync(IChannel channel, string name, CancellationToken ct) => channel.QueueDeclareAsync(
        name, durable: true, exclusive: false, autoDelete: false,
        new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-overflow"] = "reject-publish",
            ["x-max-length"] = MostMessages,
            ["x-max-length-bytes"] = MostBytes,
        },
        cancellationToken: ct);
}
