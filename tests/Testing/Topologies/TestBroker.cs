using System.Collections.Concurrent;
using ECommerce.Host;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ECommerce.Testing;

/// <summary>
/// The RabbitMQ of this test process, started when a fixture first needs it. Each fixture has a virtual host of its own, which a later one
/// takes over with its queues and without its messages.
/// </summary>
public static class TestBroker
{
    // Classes run at a time as there are processors; some start a second shop.
    private static readonly int VirtualHosts = (3 * Environment.ProcessorCount) + 2;

    private static readonly Lazy<Task<RabbitMqServer>> Server = new(StartAsync);
    private static readonly ConcurrentQueue<string> Used = new();
    private static int _fresh;

    /// <returns>The address of a virtual host without messages, for <c>Broker__Address</c>; give it back with <see cref="Return"/>.</returns>
    public static async Task<string> RentAsync()
    {
        var server = await Server.Value;
        if (Interlocked.Increment(ref _fresh) is var number && number <= VirtualHosts)
            return $"{server.Address}/{RabbitMqServer.VirtualHost(number)}";
        var used = await Eventually.GetAsync(() => Used.TryDequeue(out var address) ? address : null, "a virtual host of RabbitMQ is free");
        await PurgeAsync(used);
        return used;
    }

    /// <summary>Gives a virtual host back. Its hosts have ended.</summary>
    public static void Return(string address) => Used.Enqueue(address);

    private static async Task<RabbitMqServer> StartAsync()
    {
        var server = await RabbitMqServer.StartAsync(VirtualHosts);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server;
    }

    private static async Task PurgeAsync(string address)
    {
        await using var connection = await new ConnectionFactory { Uri = new(address) }.CreateConnectionAsync();
        foreach (var queue in ShopModules.Names.SelectMany(module => (string[])[$"events.{module}", $"receipts.{module}"]))
        {
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                await channel.QueuePurgeAsync(queue);
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                // A module without event handlers has no queue of events.
            }
        }
    }
}
