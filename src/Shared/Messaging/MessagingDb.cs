using Dapper;
using ECommerce.Data;

namespace ECommerce.Messaging;

/// <summary>The operators' queries and commands on the outboxes, each through its module's own role.</summary>
public sealed class MessagingDb(ModuleDataSources sources)
{
    public sealed record Status(long Pending, long DeadLetters, DateTimeOffset? Oldest);

    /// <param name="AcknowledgedBy">The modules of other processes that have acknowledged the message, separated by commas.</param>
    public sealed record Entry(
        Guid Id, string Module, string Type, Guid AggregateId, DateTimeOffset OccurredAt, int Attempts,
        DateTimeOffset NextAttemptAt, DateTimeOffset? DeadAt, string? LastError, DateTimeOffset? PublishedAt, string AcknowledgedBy);

    public Task<Status> StatusAsync(string module, CancellationToken ct) => sources.RunAsync(
        module, session => session.Connection.QuerySingleAsync<Status>(new CommandDefinition(Outbox.Of(module).Status, cancellationToken: session.Token)), ct);

    /// <param name="module">The module of the outbox.</param>
    /// <param name="dead">True for dead letters, false for pending messages, null for both, dead letters first.</param>
    /// <param name="limit">The maximum number of rows, the oldest first.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<Entry>> ListAsync(string module, bool? dead, int limit, CancellationToken ct)
    {
        var found = await sources.RunAsync(module, session => session.Connection.QueryAsync<Entry>(
            new CommandDefinition(Outbox.Of(module).List, new { Dead = dead, Limit = limit }, cancellationToken: session.Token)), ct);
        return found.AsList();
    }

    /// <returns>Whether there was such a dead letter.</returns>
    public async Task<bool> RedriveAsync(string module, Guid id, DateTimeOffset now, CancellationToken ct) =>
        await sources.RunAsync(module, session => session.Connection.ExecuteScalarAsync<Guid?>(
            new CommandDefinition(Outbox.Of(module).Redrive, new { Id = id, Now = now }, cancellationToken: session.Token)), ct) is not null;

    /// <returns>The payload of a message, with all that it holds; null when there is no such message.</returns>
    public Task<string?> PayloadAsync(string module, Guid id, CancellationToken ct) => sources.RunAsync(
        module, session => session.Connection.ExecuteScalarAsync<string?>(new CommandDefinition(Outbox.Of(module).Payload, new { Id = id }, cancellationToken: session.Token)), ct);

    public Task ForgetAsync(string module, DateTimeOffset before, CancellationToken ct) => sources.RunAsync(
        module, session => session.Connection.ExecuteAsync(new CommandDefinition(Outbox.Of(module).Forget, new { Before = before }, cancellationToken: session.Token)), ct);
}
