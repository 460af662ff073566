using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ECommerce.RabbitMq;

/// <summary>
/// One connection to the broker with its channels. It is broken as a whole: when a channel or consumer ends, everything is opened and
/// declared again.
/// </summary>
internal sealed class BrokerSession : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly IConnection _connection;
    private readonly BrokerModules _modules;
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(IChannel Channel, string Consumer)> _consumers = [];
    private readonly List<Task> _running = [];
    private readonly SemaphoreSlim _declaring = new(1);
    private readonly CancellationTokenSource _ended;
    private IChannel _publishing = null!;
    private int _busy;

    private BrokerSession(IConnection connection, BrokerModules modules, CancellationToken stopping)
    {
        (_connection, _modules) = (connection, modules);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
        connection.ConnectionShutdownAsync += (_, reason) => Break(reason.ToString());
    }

    public AmqpTcpEndpoint Endpoint => _connection.Endpoint;

    /// <summary>Cancelled when the session is broken or the host stops.</summary>
    public CancellationToken Ended { get; }

    public static async Task<BrokerSession> OpenAsync(ConnectionFactory factory, BrokerModules modules, BrokerOptions options, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.ConfirmTimeout * 2);
        var session = new BrokerSession(await factory.CreateConnectionAsync(limit.Token), modules, ct);
        try
        {
            await session.DeclareAsync(limit.Token);
            session._publishing = await session.OpenChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), limit.Token);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Declares what is missing, on a channel of its own, since a refused declaration closes the channel.</summary>
    public async Task DeclareAsync(CancellationToken ct)
    {
        await _declaring.WaitAsync(ct);
        try
        {
            await using var channel = await _connection.CreateChannelAsync(cancellationToken: ct);
            await BrokerTopology.DeclareAsync(channel, _modules, ct);
            await channel.CloseAsync(ct);
        }
        finally
        {
            _declaring.Release();
        }
    }

    /// <summary>Opens a channel whose end breaks the session.</summary>
    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions? options, CancellationToken ct)
    {
        var channel = await _connection.CreateChannelAsync(options, ct);
        channel.ChannelShutdownAsync += (_, reason) => Break(reason.ToString());
        return channel;
    }

    /// <summary>Publishes a persistent, mandatory message and waits for the broker's confirmation.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.PublishException">The broker returned or refused it.</exception>
    public async Task PublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        await _publishing.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, ct);

    /// <summary>Consumes a queue with explicit acknowledgements.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="concurrency">How many messages are handled at the same time.</param>
    /// <param name="handle">Handles and acknowledges a message. An exception breaks the session, after which the broker delivers again.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task ConsumeAsync(string queue, int concurrency, Func<IChannel, BasicDeliverEventArgs, Task> handle, CancellationToken ct)
    {
        var channel = await OpenChannelAsync(new(false, false, consumerDispatchConcurrency: (ushort)concurrency), ct);
        await channel.BasicQosAsync(0, (ushort)(concurrency * 2), global: false, ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            Interlocked.Increment(ref _busy);
            try
            {
                await handle(channel, message);
            }
            catch (Exception failure)
            {
                await Break(failure.GetBaseException().Message);
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
            }
        };
        // The queue was deleted.
        consumer.UnregisteredAsync += (_, _) => Break($"The broker has ended the consumer of {queue}.");
        _consumers.Add((channel, await channel.BasicConsumeAsync(queue, autoAck: false, consumer, ct)));
    }

    /// <summary>Keeps a task that ends with the session. An exception of it breaks the session.</summary>
    /// <param name="work">Ends when <see cref="Ended"/> is cancelled.</param>
    public void Run(Func<Task> work) => _running.Add(Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            await Break(failure.GetBaseException().Message);
        }
    }));

    /// <returns>The reason.</returns>
    public Task<string> WaitUntilBrokenAsync(CancellationToken ct) => _broken.Task.WaitAsync(ct);

    /// <summary>Ends the session; the connection begins a new one.</summary>
    public Task Break(string reason) => _broken.TrySetResult(reason) ? _ended.CancelAsync() : Task.CompletedTask;

    /// <summary>Takes no more messages, lets the handlers that run finish, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout);
            if (!_broken.Task.IsCompleted)
            {
                foreach (var (channel, consumer) in _consumers)
                    await channel.BasicCancelAsync(consumer, noWait: false, limit.Token);
                while (Volatile.Read(ref _busy) > 0)
                    await Task.Delay(10, limit.Token);
            }

            await _connection.CloseAsync(limit.Token);
        }
        catch (Exception)
        {
            // The broker is away. It delivers what was not acknowledged again.
        }

        await _connection.DisposeAsync();
        await Break("closed");
        await Task.WhenAll(_running);
        _ended.Dispose();
        _declaring.Dispose();
    }
}
