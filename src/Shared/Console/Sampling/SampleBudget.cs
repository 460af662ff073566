namespace Observability.Console.Sampling;

/// <summary>
/// The memory of the samples. Full blocks stand in a queue for each resolution in the order in which they became full, so that the oldest is
/// found at once.
/// </summary>
internal sealed class SampleBudget(long most, long used)
{
    private readonly Queue<Full> _fine = new();
    private readonly Queue<Full> _coarse = new();
    private long _bytes = used;
    private long _evicted;
    private long _completeSince;

    public long Most => most;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Blocks that were removed before their time.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>The last moment of which a sample was removed before its time, in Unix milliseconds.</summary>
    public long CompleteSince => Interlocked.Read(ref _completeSince);

    /// <summary>Removes the oldest samples until there is room; false when there is none.</summary>
    public bool MakeRoom(int bytes)
    {
        while (_bytes + bytes > most && RemoveOldest())
        {
        }
        return _bytes + bytes <= most;
    }

    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Counts a new block, and removes the oldest ones when there is no room for it.</summary>
    /// <param name="samples">The series at one resolution.</param>
    /// <param name="bytes">The memory of the block.</param>
    /// <param name="fullAt">When the block before it became full; null for the first block.</param>
    /// <param name="isCoarse">The resolution.</param>
    public void Added(SampledSeries samples, int bytes, long? fullAt, bool isCoarse)
    {
        if (fullAt is { } time)
            (isCoarse ? _coarse : _fine).Enqueue(new(samples, time));
        Add(bytes);
        MakeRoom(0);
    }

    /// <summary>Removes blocks that became full before these times: the value that held since then is in the block behind.</summary>
    public void Expire(long fine, long coarse)
    {
        while (_fine.TryPeek(out var first) && first.At <= fine)
            Add(-_fine.Dequeue().Samples.RemoveOldest());
        while (_coarse.TryPeek(out var first) && first.At <= coarse)
            Add(-_coarse.Dequeue().Samples.RemoveOldest());
    }

    /// <summary>Counts a series that is gone with all its samples. Its entries in the queues find nothing to remove.</summary>
    public void Removed(StoredSeries series)
    {
        Interlocked.Add(ref _bytes, -(series.Bytes + series.Fine.Bytes + series.Coarse.Bytes));
        series.Fine.Clear();
        series.Coarse.Clear();
    }

    private bool RemoveOldest()
    {
        var hasFine = _fine.TryPeek(out var fine);
        var hasCoarse = _coarse.TryPeek(out var coarse);
        if (!hasFine && !hasCoarse)
            return false;
        var isCoarse = hasCoarse && (!hasFine || coarse.At <= fine.At);
        var freed = (isCoarse ? _coarse : _fine).Dequeue().Samples.RemoveOldest();
        if (freed == 0)
            return true;
        Add(-freed);
        Interlocked.Increment(ref _evicted);
        // A fine sample that is gone has its coarse one, so that nothing is missing.
        if (isCoarse)
            Interlocked.Exchange(ref _completeSince, coarse.At);
        return true;
    }

    private readonly record struct Full(SampledSeries Samples, long At);
}
