namespace Observability.Console.PromQl;

/// <summary>A series at one time.</summary>
internal readonly record struct Sample(LabelSet Labels, double Value);

/// <summary>Samples of a series within a time, in their order. Times are in Unix milliseconds.</summary>
internal readonly record struct SampleRun(LabelSet Labels, ArraySegment<long> Times, ArraySegment<double> Values)
{
    public int Count => Times.Count;
}

/// <summary>The samples of a series that an evaluation has read from the store.</summary>
internal sealed class LoadedSeries(LabelSet labels, long[] times, double[] values)
{
    public LabelSet Labels { get; } = labels;

    /// <summary>The samples after a time and up to another one.</summary>
    public SampleRun Between(long first, long last)
    {
        var (from, to) = (PlaceBehind(first), PlaceBehind(last));
        return new(Labels, new(times, from, to - from), new(values, from, to - from));
    }

    private int PlaceBehind(long time)
    {
        var place = Array.BinarySearch(times, time);
        return place >= 0 ? place + 1 : ~place;
    }
}
