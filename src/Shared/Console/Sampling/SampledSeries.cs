namespace Observability.Console.Sampling;

/// <summary>
/// The samples of one series at one resolution, in compressed blocks. Only changes are kept: a value holds until the next one. One thread
/// appends and removes, any may read.
/// </summary>
internal sealed class SampledSeries
{
    /// <summary>The memory of a block besides its samples: three objects and an entry in the list of what can be evicted.</summary>
    public const int BlockOverhead = 160;

    // A series that hardly changes costs little; a busy one soon has blocks in which the overhead does not count.
    private const int SmallestBlock = 32;
    private const int LargestBlock = 512;

    private SampleBlock[] _blocks = [];
    private ulong _last;
    private bool _isFraction;

    /// <summary>The mark behind the last sample of a series that is no longer there: Prometheus' staleness marker.</summary>
    public static double Stale { get; } = BitConverter.UInt64BitsToDouble(0x7ff0000000000002);

    /// <summary>The memory of the blocks.</summary>
    public long Bytes => Volatile.Read(ref _blocks).Sum(CostOf);

    /// <summary>The first round of which a value is known.</summary>
    public long FirstRound => Volatile.Read(ref _blocks) is [var first, ..] ? first.FirstTime : long.MaxValue;

    public static bool IsStale(double value) => BitConverter.DoubleToUInt64Bits(value) == BitConverter.DoubleToUInt64Bits(Stale);

    /// <summary>Appends the value of a round.</summary>
    /// <param name="round">The number of the round.</param>
    /// <param name="value">The value.</param>
    /// <param name="isSealed">Whether there was a block before the new one, which can now be removed.</param>
    /// <returns>The memory of a new block; 0 when none was needed.</returns>
    public int Append(long round, double value, out bool isSealed)
    {
        isSealed = false;
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var blocks = _blocks;
        if (blocks.Length > 0 && (bits == _last || blocks[^1].TryAppend(round, value)))
        {
            _last = bits;
            return 0;
        }
        _last = bits;
        isSealed = blocks.Length > 0;
        // Blocks of whole numbers end at the first other one, so that a series that had one gets no more of them.
        var isWhole = SampleBlock.IsWhole(value);
        _isFraction = _isFraction || !(isWhole || IsStale(value));
        var block = new SampleBlock(round, value, isSealed ? Math.Min(LargestBlock, blocks[^1].Bytes * 2) : SmallestBlock, isWhole && !_isFraction);
        Volatile.Write(ref _blocks, [.. blocks, block]);
        return CostOf(block);
    }

    /// <summary>Removes the oldest block, unless it is the one that is written to.</summary>
    /// <returns>The memory that is free now.</returns>
    public int RemoveOldest()
    {
        var blocks = _blocks;
        if (blocks.Length < 2)
            return 0;
        Volatile.Write(ref _blocks, blocks[1..]);
        return CostOf(blocks[0]);
    }

    /// <summary>Removes all blocks.</summary>
    public void Clear() => Volatile.Write(ref _blocks, []);

    /// <summary>The values of rounds, both ends included: one for each round in which the series was there.</summary>
    public IEnumerable<(long Round, double Value)> Read(long first, long last)
    {
        var blocks = Volatile.Read(ref _blocks);
        var start = 0;
        while (start < blocks.Length - 1 && blocks[start + 1].FirstTime <= first)
            start++;
        var (next, value) = (long.MaxValue, 0d);
        for (var i = start; i < blocks.Length; i++)
        {
            foreach (var (round, changed) in blocks[i].Read())
            {
                for (; next < round && next <= last; next++)
                {
                    if (!IsStale(value))
                        yield return (next, value);
                }
                if (round > last)
                    yield break;
                (next, value) = (Math.Max(first, round), changed);
            }
        }
        for (; next <= last; next++)
        {
            if (!IsStale(value))
                yield return (next, value);
        }
    }

    private static int CostOf(SampleBlock block) => block.Bytes + BlockOverhead;
}
