using System.Diagnostics;
using ECommerce.Data;
using ECommerce.Kernel;
using Observability.Tracing;

namespace ECommerce.Messaging;

/// <summary>What messaging adds to a module's transactions: events that travel if they commit, and messages that take effect once.</summary>
public static class OutboxTransactions
{
    /// <summary>Puts a fact into the module's outbox, to travel if this transaction commits.</summary>
    /// <param name="transaction">The transaction that makes the fact true.</param>
    /// <param name="event">The fact.</param>
    /// <param name="id">The event's id where another row already names it; by default a new one.</param>
    /// <returns>The message's id, which is the event's.</returns>
    public static async Task<Guid> EnqueueAsync(this Transaction transaction, IEvent @event, Guid? id = null)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(@event);
        var message = OutboxMessage.From(@event, transaction.Clock.GetUtcNow());
        message = message with { Id = id ?? message.Id };
        using var activity = Traces.Source(ModuleName.Of(@event.GetType()).Source).StartActivity($"send {@event.GetType().Name}", ActivityKind.Producer);
        activity?.SetTag("messaging.system", "outbox")
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", message.Type)
            .SetTag("messaging.message.id", message.Id);
        try
        {
            var outbox = Outbox.Of(transaction.Module);
            await transaction.ExecuteAsync(
                @event is IBroadcast ? outbox.InsertAndBroadcast : outbox.Insert, message.In(activity ?? Activity.Current));
            return message.Id;
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            throw;
        }
    }

    /// <summary>
    /// The effect of one message on this module, once: the inbox remembers (message, handler) in the transaction of the effect, so a
    /// redelivery finds it done. The effect may run twice, the first time in vain, as in <see cref="ModuleDb.InTransactionAsync{T}"/>.
    /// </summary>
    /// <returns>False when it had been done before.</returns>
    public static Task<bool> OnceAsync(this ModuleDb db, Delivery delivery, Func<Transaction, Task> effect, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.InTransactionAsync(async tx =>
        {
            if (!await RememberAsync(tx, delivery))
                return false;
            await effect(tx);
            return true;
        }, ct);
    }

    private static async Task<bool> RememberAsync(Transaction transaction, Delivery delivery) => await transaction.ExecuteAsync(
        Outbox.Of(transaction.Module).Remember, new { delivery.MessageId, delivery.Handler, HandledAt = transaction.Clock.GetUtcNow() }) == 1;
}
