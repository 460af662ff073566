namespace Observability.Console.Sampling;

/// <summary>A series of the store: who it is, its samples at both resolutions, and its exemplars.</summary>
internal sealed class StoredSeries(byte[] key, string name, KeyValuePair<string, string>[] labels, MetricStore store) : IStoredSeries
{
    // This object, its lists and its places in the store's tables.
    private const int Fixed = 480;
    private const int LabelBytes = 16;

    private ExemplarRing? _exemplars;

    public string Name => name;

    public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

    public long? BornAt { get; init; }

    /// <summary>The name and labels as the page writes them.</summary>
    public ReadOnlySpan<byte> Key => key;

    /// <summary>The memory of the series without its samples.</summary>
    public int Bytes => Fixed + key.Length + (labels.Length * LabelBytes) + (_exemplars is null ? 0 : ExemplarRing.Bytes);

    public SampledSeries Fine { get; } = new();

    public SampledSeries Coarse { get; } = new();

    /// <summary>The last pass over the pages that had the series.</summary>
    public long SeenIn { get; set; }

    /// <summary>Its place in that pass.</summary>
    public int Place { get; set; }

    /// <summary>When the series vanished, in Unix milliseconds; null while it is there.</summary>
    public long? VanishedAt { get; set; }

    /// <summary>The series with the count of the histogram whose last bucket this is.</summary>
    public StoredSeries? CountOfLast { get; init; }

    public ExemplarRing NewExemplars() => _exemplars ??= new();

    public ExemplarRing? KeptExemplars => _exemplars;

    public IEnumerable<(long Time, double Value)> Read(long first, long last)
    {
        var (fine, coarse) = (store.Fine.Read(), store.Coarse.Read());
        // Both resolutions cover the latest time. The finer one goes on where it begins.
        var from = Fine.FirstRound is var round && round < fine.Next ? fine.TimeOf(Math.Max(round, fine.OldestRound)) : long.MaxValue;
        foreach (var sample in Read(Coarse, coarse, first, Math.Min(last, from - 1)))
            yield return sample;
        foreach (var sample in Read(Fine, fine, Math.Max(first, from), last))
            yield return sample;
    }

    public IEnumerable<MetricExemplar> Exemplars(long first, long last) => _exemplars?.Read(first, last) ?? [];

    private static IEnumerable<(long Time, double Value)> Read(SampledSeries samples, Rounds rounds, long first, long last)
    {
        if (rounds.Count == 0 || first > last)
            yield break;
        var end = Math.Min(rounds.RoundFrom(last == long.MaxValue ? last : last + 1), rounds.Next) - 1;
        foreach (var (round, value) in samples.Read(rounds.RoundFrom(first), end))
            yield return (rounds.TimeOf(round), value);
    }
}
