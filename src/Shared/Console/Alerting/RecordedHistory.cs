using System.Collections.Concurrent;
using Observability.Console.PromQl;
using Observability.Console.Sampling;

namespace Observability.Console.Alerting;

/// <summary>The values of recording rules over a day, for rules that look back. One thread adds, any may read.</summary>
internal sealed class RecordedHistory
{
    public const int MostSeries = 200;
    private const int MostRounds = 24 * 60 * 60 / 15;

    // A busy series of a day takes some 50 KB.
    private const long MostBytes = 8 * 1024 * 1024;

    private readonly Timeline _times = new(MostRounds);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<LabelSet, Recorded>> _series = new(StringComparer.Ordinal);
    private long _bytes;
    private int _count;

    public long Bytes => Volatile.Read(ref _bytes) + _times.Bytes;

    public int Count => Volatile.Read(ref _count);

    /// <summary>When the oldest kept value was recorded, in Unix milliseconds; the greatest number before the first.</summary>
    public long Since => _times.Read().OldestTime;

    public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions)
    {
        if (!_series.TryGetValue(name, out var series))
            return [];
        var holds = LabelMatching.Of(conditions);
        return [.. series.Values.Where(one => holds(one.Labels))];
    }

    /// <summary>Adds the values of a round.</summary>
    public void Add(long time, IEnumerable<(string Rule, IReadOnlyList<Sample> Vector)> values)
    {
        var rounds = _times.Read();
        if (time <= rounds.LastTime)
            return;
        foreach (var (rule, vector) in values)
            Add(rounds.Next, _series.GetOrAdd(rule, static _ => new()), vector);
        _times.Add(time);
        RemoveOld(_times.Read().OldestRound);
    }

    private void Add(long round, ConcurrentDictionary<LabelSet, Recorded> series, IReadOnlyList<Sample> vector)
    {
        foreach (var sample in vector)
        {
            if (!series.TryGetValue(sample.Labels, out var recorded))
            {
                if (_count >= MostSeries || _bytes >= MostBytes)
                    continue;
                series.TryAdd(sample.Labels, recorded = new(sample.Labels, _times));
                _count++;
            }
            recorded.SeenIn = round;
            _bytes += recorded.Samples.Append(round, sample.Value, out _);
        }
        foreach (var gone in series.Values.Where(one => one.SeenIn == round - 1))
            _bytes += gone.Samples.Append(round, SampledSeries.Stale, out _);
    }

    private void RemoveOld(long oldest)
    {
        foreach (var series in _series.Values)
        {
            foreach (var (labels, recorded) in series)
            {
                while (recorded.Samples.SecondRound <= oldest || (_bytes >= MostBytes && recorded.Samples.SecondRound < long.MaxValue))
                    _bytes -= recorded.Samples.RemoveOldest();
                if (recorded.SeenIn >= oldest)
                    continue;
                _bytes -= recorded.Samples.Bytes;
                _count -= series.TryRemove(labels, out _) ? 1 : 0;
            }
        }
    }

    private sealed class Recorded(LabelSet labels, Timeline times) : IStoredSeries
    {
        public SampledSeries Samples { get; } = new();

        /// <summary>The last round that had a value.</summary>
        public long SeenIn { get; set; }

        public string Name { get; } = labels[LabelSet.Name];

        public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = labels.WithoutName().Pairs;

        public IEnumerable<(long Time, double Value)> Read(long first, long last)
        {
            var rounds = times.Read();
            if (rounds.Count == 0 || first > last)
                yield break;
            var end = Math.Min(rounds.RoundFrom(last == long.MaxValue ? last : last + 1), rounds.Next) - 1;
            foreach (var (round, value) in Samples.Read(rounds.RoundFrom(first), end))
                yield return (rounds.TimeOf(round), value);
        }

        public IEnumerable<MetricExemplar> Exemplars(long first, long last) => [];
    }
}
