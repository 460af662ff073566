using System.Diagnostics;
using ECommerce.Data;
using ECommerce.Kernel;
using ECommerce.Messaging;
using OpenTelemetry;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ECommerce.RabbitMq;

/// <summary>Consumes the queue of receipts of each hosted module: deletes the acknowledged rows of its outbox, and counts failed attempts.</summary>
internal sealed class ReceiptConsumer(BrokerModules modules, RemoteDeliveries deliveries, ModuleDataSources sources, BrokerMetrics metrics, TimeProvider clock) : IBrokerLink
{
    // One statement each, and no handler.
    private const int Concurrency = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task OpenAsync(BrokerSession session, CancellationToken ct)
    {
        foreach (var module in modules.Senders)
        {
            await session.ConsumeAsync(
                BrokerTopology.ReceiptsOf(module.Name), Concurrency, (channel, message) => ReceiveAsync(channel, message, module, session.Ended), ct);
        }
    }

    public void Closed()
    {
        // The session ends its consumers.
    }

    private async Task ReceiveAsync(IChannel channel, BasicDeliverEventArgs delivered, ModuleName module, CancellationToken ended)
    {
        Activity.Current = null;
        var outcome = "malformed";
        if (BrokerMessages.TryRead(delivered.BasicProperties, out var receipt))
            outcome = !await ApplyAsync(module, receipt, ended) ? "late" : receipt.Error is null ? "acknowledged" : "failed";
        metrics.Receipts.With(module.Name, outcome).Inc();
        await channel.BasicAckAsync(delivered.DeliveryTag, multiple: false, ended);
    }

    private async Task<bool> ApplyAsync(ModuleName module, Receipt receipt, CancellationToken ended)
    {
        // The spans of a receipt would be roots with one statement each; the delivery's own spans tell the same.
        using var quiet = SuppressInstrumentationScope.Begin();
        while (true)
        {
            await sources.Circuit.WaitUntilClosedAsync(ended);
            try
            {
                return await deliveries.ApplyAsync(module, receipt, name => modules.Outgoing.GetValueOrDefault(name) ?? [], ended);
            }
            catch (Exception failure) when (failure is DatabaseAwayException || DatabaseErrors.Explain(failure) is not null)
            {
                // An outage is logged when the circuit opens. Without an acknowledgement the receipt would only come back.
                await Task.Delay(Pause, clock, ended);
            }
        }
    }
}
