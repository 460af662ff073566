using Dapper;
using ECommerce.Data;
using ECommerce.Kernel;
using OpenTelemetry;

namespace ECommerce.Messaging;

/// <summary>The receipt of a receiving module for one message.</summary>
/// <param name="MessageId">The id of the outbox row.</param>
/// <param name="Receiver">The receiving module.</param>
/// <param name="Attempt">The number of the attempt that it answers, from 1.</param>
/// <param name="Error">The type of the failure; null when the receiver's inbox has the message.</param>
public sealed record Receipt(Guid MessageId, string Receiver, int Attempt, string? Error);

/// <summary>
/// What receivers in other processes do to an outbox: the row of an event is deleted when every receiver has acknowledged it, and a failure
/// counts as a failed attempt, as in process.
/// </summary>
public sealed class RemoteDeliveries(ModuleDataSources sources, FailedAttempts failedAttempts, OutboxMetrics metrics, RelaySignals signals, TimeProvider clock)
{
    /// <summary>Applies a receipt. The same receipt may arrive twice.</summary>
    /// <param name="module">The module of the outbox.</param>
    /// <param name="receipt">The receipt.</param>
    /// <param name="receiversOf">The modules that must acknowledge an event, by its wire name.</param>
    /// <param name="ct">Ends the wait for the database.</param>
    /// <returns>False when there is no such row, or it has had this receipt before.</returns>
    public async Task<bool> ApplyAsync(ModuleName module, Receipt receipt, Func<string, IReadOnlyList<string>> receiversOf, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(receiversOf);
        await using var session = await sources.OpenAsync(module.Name, ct);
        await session.BeginAsync();
        var outbox = Outbox.Of(module.Name);
        var row = await session.RunAsync(session.Connection.QuerySingleOrDefaultAsync<OutboxMessage>(
            new CommandDefinition(outbox.Lock, new { Id = receipt.MessageId }, cancellationToken: session.Token)));
        // A failure that answers an earlier attempt has been counted: the message was delivered twice.
        var applies = row is not null && (receipt.Error is null || row.Attempts == receipt.Attempt - 1);
        if (applies && receipt.Error is { } error)
            await ExecuteAsync(session, outbox.Retry, failedAttempts.Record(module, row!, error));
        else if (applies)
            await AcknowledgeAsync(session, module, row!, receipt.Receiver, receiversOf(row!.Type));
        await session.CommitAsync();
        if (applies)
            signals.Wake(module.Name);
        return applies;
    }

    private async Task AcknowledgeAsync(DatabaseSession session, ModuleName module, OutboxMessage row, string receiver, IReadOnlyList<string> receivers)
    {
        var outbox = Outbox.Of(module.Name);
        if (receivers.Count > 1)
        {
            var acknowledgedBy = await session.RunAsync(session.Connection.QuerySingleAsync<string[]>(
                new CommandDefinition(outbox.Acknowledge, new { row.Id, Receiver = receiver }, cancellationToken: session.Token)));
            if (receivers.Except(acknowledgedBy).Any())
                return;
        }

        await ExecuteAsync(session, outbox.Delivered, new { Ids = (Guid[])[row.Id] });
        metrics.Deliveries.With(module.Name, row.Type, "delivered").Inc();
        metrics.Delay.With(module.Name, row.Type).Observe((clock.GetUtcNow() - row.OccurredAt).TotalSeconds);
    }

    /// <summary>Makes all rows in flight due at once: the transport may have lost them. Without a database it does nothing: they become due by themselves.</summary>
    public async Task RepublishAsync(string module, CancellationToken ct)
    {
        try
        {
            using var quiet = SuppressInstrumentationScope.Begin();
            await sources.RunAsync(module, session => session.Connection.ExecuteAsync(
                new CommandDefinition(Outbox.Of(module).Republish, new { Now = clock.GetUtcNow() }, cancellationToken: session.Token)), ct);
            signals.Wake(module);
        }
        catch (Exception failure) when (failure is DatabaseAwayException || DatabaseErrors.Explain(failure) is not null)
        {
            // Logged when the circuit opened.
        }
    }

    /// <summary>Makes rows due that were reserved for publication and not published.</summary>
    internal Task PostponeAsync(string module, IReadOnlyList<Guid> ids, TimeSpan delay, CancellationToken ct) => sources.RunAsync(
        module, session => session.Connection.ExecuteAsync(
            new CommandDefinition(Outbox.Of(module).Postpone, new { Ids = ids, At = clock.GetUtcNow() + delay }, cancellationToken: session.Token)), ct);

    /// <summary>Counts a failed attempt of a row that no receiver has got.</summary>
    internal Task FailAsync(ModuleName module, OutboxMessage row, string error, CancellationToken ct) => sources.RunAsync(
        module.Name, session => session.Connection.ExecuteAsync(
            new CommandDefinition(Outbox.Of(module.Name).Retry, failedAttempts.Record(module, row, error), cancellationToken: session.Token)), ct);

    private static Task ExecuteAsync(DatabaseSession session, string sql, object arguments) =>
        session.FinishAsync(session.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: session.Token)));
}
