namespace Observability.Console.Sampling;

/// <summary>The samples of one series for a time: compressed blocks, of which the oldest are dropped. One thread appends, any may read.</summary>
/// <param name="blockBytes">The size of a block. It is what dropping the oldest samples frees at a time.</param>
/// <param name="retention">How long a sample is kept, in milliseconds.</param>
internal sealed class SampledSeries(int blockBytes, long retention)
{
    private SampleBlock[] _blocks = [];

    /// <summary>The memory of the blocks.</summary>
    public long Bytes => (long)Volatile.Read(ref _blocks).Length * blockBytes;

    /// <param name="time">In Unix milliseconds.</param>
    /// <param name="value">The value.</param>
    public void Append(long time, double value)
    {
        var blocks = _blocks;
        if (blocks.Length > 0 && blocks[^1].TryAppend(time, value))
            return;
        Volatile.Write(ref _blocks, [.. blocks.Where(block => block.LastTime >= time - retention), new(time, value, blockBytes)]);
    }

    /// <summary>The samples of a time, both ends included, in their order.</summary>
    public IEnumerable<(long Time, double Value)> Read(long first, long last) =>
        from block in Volatile.Read(ref _blocks)
        where block.FirstTime <= last && block.LastTime >= first
        from sample in block.Read()
        where sample.Time >= first && sample.Time <= last
        select sample;
}
