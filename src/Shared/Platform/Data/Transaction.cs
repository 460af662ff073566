using System.Diagnostics;
using Dapper;
using ECommerce.Kernel;
using ECommerce.Platform.Faults;
using ECommerce.Platform.Messaging;
using Observability.Tracing;

namespace ECommerce.Platform.Data;

/// <summary>A transaction of one module: runs statements and enqueues events.</summary>
public sealed class Transaction
{
    private readonly string _module;
    private readonly DatabaseSession _session;
    private readonly DatabaseMetrics _metrics;
    private readonly FaultSwitches _faults;
    private readonly TimeProvider _clock;

    internal Transaction(string module, DatabaseSession session, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock) =>
        (_module, _session, _metrics, _faults, _clock) = (module, session, metrics, faults, clock);

    public async Task<T?> SingleOrDefaultAsync<T>(string sql, object? arguments)
    {
        using var _ = _metrics.Time(_module, sql);
        await _session.RunAsync(_faults.SleepAsync(_module, _session.Connection, _session.Token));
        return await _session.RunAsync(_session.Connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: _session.Token)));
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments)
    {
        using var _ = _metrics.Time(_module, sql);
        await _session.RunAsync(_faults.SleepAsync(_module, _session.Connection, _session.Token));
        return (await _session.RunAsync(_session.Connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: _session.Token)))).AsList();
    }

    /// <returns>The number of affected rows.</returns>
    public async Task<int> ExecuteAsync(string sql, object? arguments)
    {
        using var _ = _metrics.Time(_module, sql);
        await _session.RunAsync(_faults.SleepAsync(_module, _session.Connection, _session.Token));
        return await _session.RunAsync(_session.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: _session.Token)));
    }

    /// <summary>Writes an event into the module's outbox. It is delivered if this transaction commits.</summary>
    /// <param name="event">The event.</param>
    /// <param name="id">The event's id when another row names it already; by default a new one.</param>
    /// <returns>The message's id, which is the event's.</returns>
    public async Task<Guid> EnqueueAsync(IEvent @event, Guid? id = null)
    {
        var message = OutboxMessage.From(@event, _clock.GetUtcNow());
        message = message with { Id = id ?? message.Id };
        using var activity = Traces.Source(ModuleName.Of(@event.GetType()).Source).StartActivity($"send {@event.GetType().Name}", ActivityKind.Producer);
        activity?.SetTag("messaging.system", "outbox")
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", message.Type)
            .SetTag("messaging.message.id", message.Id);
        try
        {
            var outbox = Outbox.Of(_module);
            await ExecuteAsync(@event is IBroadcast ? outbox.InsertAndBroadcast : outbox.Insert, message with { TraceParent = (activity ?? Activity.Current)?.Id });
            return message.Id;
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            throw;
        }
    }

    internal async Task<bool> RememberAsync(Delivery delivery) =>
        await ExecuteAsync(Outbox.Of(_module).Remember, new { delivery.MessageId, delivery.Handler, HandledAt = _clock.GetUtcNow() }) == 1;
}
