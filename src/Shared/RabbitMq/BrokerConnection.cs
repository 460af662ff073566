using System.ComponentModel.DataAnnotations;
using ECommerce.Kernel;
using ECommerce.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Context;
using RabbitMQ.Client;

namespace ECommerce.RabbitMq;

/// <summary>
/// The connection to RabbitMQ, a background service: it declares the exchanges and queues, starts the consumers, and begins again when
/// anything of it breaks. The client library's own recovery is off, since it would not notice a broker that has lost its queues.
/// </summary>
internal sealed partial class BrokerConnection(
    BrokerModules modules, IEnumerable<IBrokerLink> links, RemoteDeliveries remote, BrokerMetrics metrics, ServiceInstance instance,
    IOptions<BrokerOptions> options, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly ILogger _log = loggers.CreateLogger(ModuleName.Platform.Source);
    private readonly IBrokerLink[] _links = [.. links];
    private volatile BrokerSession? _session;

    /// <summary>The session with the broker; null while there is none.</summary>
    public BrokerSession? Session => _session;

    /// <summary>The reason of the last failure; null while connected.</summary>
    public string? Trouble { get; private set; } = "not connected yet";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        modules.IsActive ? Task.Run(() => StayConnectedAsync(stoppingToken), CancellationToken.None) : Task.CompletedTask;

    private async Task StayConnectedAsync(CancellationToken stopping)
    {
        var factory = FactoryOf(options.Value);
        factory.ClientProvidedName = $"ecommerce {instance.Id}";
        var address = $"{factory.Endpoint.HostName}:{factory.Endpoint.Port}";
        var connected = metrics.Connected.With(address);
        bool? isKnownAs = null;
        for (var pause = FirstPause; !stopping.IsCancellationRequested;)
        {
            try
            {
                await using var session = await BrokerSession.OpenAsync(factory, modules, options.Value, stopping);
                foreach (var link in _links)
                    await link.OpenAsync(session, stopping);
                (_session, Trouble, pause) = (session, null, FirstPause);
                connected.Set(1);
                if (isKnownAs is not true)
                    Connected(_log, address);
                isKnownAs = true;
                // What was in flight when the former session ended may be lost, together with the broker's disk.
                foreach (var module in modules.Senders)
                    await remote.RepublishAsync(module.Name, stopping);
                Trouble = await session.WaitUntilBrokenAsync(stopping);
                _session = null;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                // The host stops.
            }
            catch (Exception failure)
            {
                Trouble = failure.GetBaseException().Message;
            }

            _session = null;
            connected.Set(0);
            foreach (var link in _links)
                link.Closed();
            if (stopping.IsCancellationRequested)
                return;
            if (isKnownAs is not false)
                Unreachable(_log, address, Trouble ?? "");
            isKnownAs = false;
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause < LongestPause / 2 ? pause * 2 : LongestPause;
        }
    }

    /// <exception cref="ValidationException">The address is none.</exception>
    public static ConnectionFactory FactoryOf(BrokerOptions options)
    {
        if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps"))
            throw new ValidationException("must be amqp://user:password@host:5672/vhost");
        return new()
        {
            Uri = address,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = options.ConfirmTimeout,
            HandshakeContinuationTimeout = options.ConfirmTimeout,
            ContinuationTimeout = options.ConfirmTimeout,
            SocketReadTimeout = options.ConfirmTimeout,
            SocketWriteTimeout = options.ConfirmTimeout,
        };
    }

    [LoggerMessage(30, LogLevel.Information, "The message broker at {Address} is connected", EventName = "broker.connected")]
    private static partial void Connected(ILogger logger, string address);

    [LoggerMessage(31, LogLevel.Warning, "The message broker at {Address} is unreachable, and events stay in their outboxes: {Reason}", EventName = "broker.unreachable")]
    private static partial void Unreachable(ILogger logger, string address, string reason);
}

/// <summary>A user of the connection, such as the consumers of a module's queue. It opens channels of its own in each new session.</summary>
internal interface IBrokerLink
{
    Task OpenAsync(BrokerSession session, CancellationToken ct);

    /// <summary>Called after each session, and after each failed attempt to open one. Does not block.</summary>
    void Closed();
}
