using Observability.Console.Sampling;

namespace Observability.Console.Recording;

/// <summary>The state of the store of metrics in the form of the other stores.</summary>
internal sealed class MetricStates(MetricStore store, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>Its records are series, what it dropped are the series that find no room now, and what it evicted are blocks of samples.</summary>
    public StoreState State => new(
        store.CompleteSince is < long.MaxValue and var since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : _started,
        store.Bytes, store.Budget, store.Count, store.Evicted, store.Refused, store.Unreadable);
}
