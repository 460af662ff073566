using System.Text.Json;
using ECommerce.Fuzz.Wire;

namespace ECommerce.Fuzz.Requests;

/// <param name="Token">Null until somebody logs in.</param>
internal sealed record Account(Guid Id, string Email, string Password, string? Token);

/// <param name="Tag">Its ETag, when it was last seen.</param>
internal sealed record Thing(Guid Id, string? Tag);

/// <param name="Lines">The body it was placed with.</param>
internal sealed record PlacedOrder(Guid Id, Account Owner, string Status, string Lines);

/// <summary>
/// What the fuzzer knows of the shop: ids, tokens, ETags, cursors. Accounts and products of the core are made before the first request and
/// stay; the others come and go with the answers.
/// </summary>
internal sealed class World
{
    public required Account Admin { get; init; }

    public required IReadOnlyList<Account> Core { get; init; }

    public required IReadOnlyList<Guid> Shelf { get; init; }

    /// <summary>Registered by a request; to be renamed, given another password, deleted.</summary>
    public Ring<Account> Passing { get; } = new();

    /// <summary>Registered, and not logged in yet.</summary>
    public Ring<Account> Waiting { get; } = new();

    public Ring<Guid> Deleted { get; } = new();

    public Ring<Thing> Products { get; } = new();

    /// <summary>Created by a request; to be discontinued.</summary>
    public Ring<Guid> PassingProducts { get; } = new();

    public Ring<Thing> Users { get; } = new();

    public Ring<PlacedOrder> Orders { get; } = new(200);

    /// <summary>What <c>next</c> said, by the list's operation.</summary>
    public Ring<(string Operation, string Cursor)> Cursors { get; } = new();

    public Ring<string> ProblemCodes { get; } = new(200);

    /// <summary>Takes from a success what later requests can use.</summary>
    public void Learn(Draft draft, Answer answer)
    {
        if (answer.Status is < 200 or >= 300)
        {
            draft.OnRefusal?.Invoke();
            return;
        }

        draft.OnSuccess?.Invoke(answer);
        if (answer.Json is not { ValueKind: JsonValueKind.Object } body)
            return;
        if (body.TryGetProperty("next", out var next) && next.GetString() is { } cursor)
            Cursors.Add((draft.Operation.Id, cursor));
        if (answer.Header("ETag") is { } tag && body.TryGetProperty("id", out var id) && id.TryGetGuid(out var known))
        {
            if (draft.Operation.Id.EndsWith("Product", StringComparison.Ordinal))
                Products.Add(new(known, tag));
            else if (draft.Operation.Id.EndsWith("User", StringComparison.Ordinal))
                Users.Add(new(known, tag));
        }

        if (body.TryGetProperty("status", out var status) && body.TryGetProperty("lines", out _) && draft.Owner is { } owner)
            Orders.Add(new(body.GetProperty("id").GetGuid(), owner, status.GetString()!, draft.Body?.ToJsonString() ?? ""), known => known.Id == body.GetProperty("id").GetGuid());
    }
}
