using ECommerce.Kernel;
using ECommerce.Messaging;
using ECommerce.Modules;
using ECommerce.Web;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Host.Operations;

/// <summary>The operators' endpoints of the outboxes: listing messages and redriving dead letters.</summary>
internal static class OutboxOperations
{
    public const string NoSuchDeadLetter = "No module has a dead letter of that id.";

    private sealed record Count(string Module, long Pending, long DeadLetters, DateTimeOffset? Oldest);

    /// <param name="PublishedAt">When the message was handed to the broker; null before, after a failed attempt, and where one process holds all its receivers.</param>
    /// <param name="MissingReceipts">The modules of other processes that have not acknowledged the message.</param>
    private sealed record Message(
        Guid Id, string Module, string Type, Guid AggregateId, DateTimeOffset OccurredAt, int Attempts, DateTimeOffset NextAttemptAt, DateTimeOffset? DeadAt,
        string? LastError, DateTimeOffset? PublishedAt, IReadOnlyList<string> MissingReceipts);

    private sealed record Outboxes(IReadOnlyList<Count> Modules, IReadOnlyList<Message> Items);

    public static void MapOutboxOperations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/ops/outbox", ListAsync)
            .WithName("ListOutbox")
            .WithSummary("Lists the outbox messages of all modules, dead letters first, with the receivers whose receipts are missing: ?module, ?state=pending|dead, ?limit=1..100.")
            .RequireManagementKey();
        app.MapPost("/ops/outbox/{id:guid}/redrive", RedriveAsync)
            .WithName("RedriveOutbox")
            .WithSummary("Redrives a dead letter, and with it the later events of the same aggregate that it blocks.")
            .RequireManagementKey()
            .Refuses(CommonErrors.NotFound);
    }

    private static async Task<IResult> ListAsync(
        MessagingDb db, IEnumerable<IModule> modules, IEnumerable<IEventTransport> transports, CancellationToken ct,
        string? module = null, string? state = null, int limit = ListRules.DefaultLimit)
    {
        string[] known = [.. modules.Select(one => one.Name)];
        if (module is not null && !known.Contains(module))
            return new Problem(CommonErrors.ValidationFailed.At("module", $"Must be one of {string.Join(", ", known)}."));
        if (state is not (null or "pending" or "dead"))
            return new Problem(CommonErrors.ValidationFailed.At("state", "Must be pending or dead."));
        if (limit is < 1 or > ListRules.MaxLimit)
            return new Problem(CommonErrors.ValidationFailed.At("limit", $"Must be between 1 and {ListRules.MaxLimit}."));

        List<Count> counts = [];
        List<MessagingDb.Entry> items = [];
        foreach (var name in module is null ? known : [module])
        {
            var status = await db.StatusAsync(name, ct);
            counts.Add(new(name, status.Pending, status.DeadLetters, status.Oldest));
            items.AddRange(await db.ListAsync(name, state is null ? null : state == "dead", limit, ct));
        }

        return TypedResults.Ok(new Outboxes(counts, [.. items.OrderBy(item => item.DeadAt is null).ThenBy(item => item.OccurredAt).Take(limit).Select(Show)]));

        Message Show(MessagingDb.Entry item) => new(
            item.Id, item.Module, item.Type, item.AggregateId, item.OccurredAt, item.Attempts, item.NextAttemptAt, item.DeadAt, item.LastError, item.PublishedAt,
            [.. transports.SelectMany(transport => transport.ReceiversOf(item.Type)).Except(item.AcknowledgedBy.Split(','))]);
    }

    private static async Task<IResult> RedriveAsync(Guid id, MessagingDb db, IEnumerable<IModule> modules, TimeProvider clock, CancellationToken ct)
    {
        foreach (var module in modules)
        {
            if (await db.RedriveAsync(module.Name, id, clock.GetUtcNow(), ct))
                return TypedResults.NoContent();
        }

        return new Problem(CommonErrors.NotFound.Because(NoSuchDeadLetter));
    }
}
