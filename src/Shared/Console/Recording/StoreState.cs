using Observability.Console.Storage;

namespace Observability.Console.Recording;

/// <summary>What a store has, and what it no longer or never had.</summary>
/// <param name="CompleteSince">From here on nothing was evicted or lost.</param>
/// <param name="Bytes">The memory of the store.</param>
/// <param name="Budget">The limit of that memory.</param>
/// <param name="Kept">The number of records that are there.</param>
/// <param name="Evicted">Records removed to make room.</param>
/// <param name="Dropped">Records that found the queue full.</param>
/// <param name="Unreadable">Records that could not be encoded or are too large.</param>
public sealed record StoreState(DateTimeOffset CompleteSince, long Bytes, long Budget, long Kept, long Evicted, long Dropped, long Unreadable)
{
    internal static StoreState Of(SegmentStore store, Losses losses)
    {
        var evicted = store.Evicted;
        return new(
            DateTimeOffset.UnixEpoch.AddTicks(Math.Max(store.CompleteSince, losses.LastAt)), store.Bytes, store.Budget,
            Math.Max(0, store.Appended - evicted), evicted, losses.Dropped, losses.Unreadable);
    }
}
