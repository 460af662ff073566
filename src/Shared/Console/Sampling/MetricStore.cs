using System.Collections.Concurrent;

namespace Observability.Console.Sampling;

/// <summary>
/// The host's metrics over time, in memory within a budget in bytes: a sample a second for 15 minutes and one in 15 seconds for a day. When the
/// budget is used up the oldest samples are removed, and then new series are refused. One thread samples; readers wait for nobody.
/// </summary>
internal sealed class MetricStore : IMetricStore, IDisposable
{
    public const int FineRounds = 15 * 60;
    public const int CoarseRounds = 24 * 60 * 60 / CoarseSeconds;
    public const int CoarseSeconds = 15;
    private const long CoarseStep = CoarseSeconds * 1000L;

    private readonly ConcurrentDictionary<string, MetricFamilyInfo> _families = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredSeries[]> _series = new(StringComparer.Ordinal);
    private readonly PageReader _page;
    private readonly LineStream _lines;
    private readonly SampleBudget _budget;
    private readonly int _mostSeries;
    private readonly List<StoredSeries> _vanished = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private int _count;
    private long _refused;
    private bool _isCoarse;
    private long _time;

    /// <param name="budget">The bytes of samples, series and times.</param>
    /// <param name="mostSeries">The most series.</param>
    public MetricStore(long budget, int mostSeries)
    {
        _mostSeries = mostSeries;
        _budget = new(budget, Fine.Bytes + Coarse.Bytes);
        _page = new(this);
        _lines = new(_page.Read);
    }

    public Timeline Fine { get; } = new(FineRounds);

    public Timeline Coarse { get; } = new(CoarseRounds);

    public IReadOnlyList<MetricFamilyInfo> Families => [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];

    public long LastSample => Fine.Read().LastTime;

    public long Bytes => _budget.Bytes;

    public long Budget => _budget.Most;

    /// <summary>The number of series.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The series of the last page that found no room.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Blocks of samples that were removed before their time, to make room.</summary>
    public long Evicted => _budget.Evicted;

    /// <summary>The lines that could not be read.</summary>
    public long Unreadable => _page.Unreadable + _lines.TooLong;

    /// <summary>The time since which every sample is there, at one resolution or the other; the greatest number before the first.</summary>
    public long CompleteSince => Math.Max(_budget.CompleteSince, Math.Min(Coarse.Read().OldestTime, Fine.Read().OldestTime));

    public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions) =>
        !_series.TryGetValue(name, out var series) ? []
        : conditions.Count == 0 ? series
        : LabelMatching.Of(conditions) is var matches ? [.. series.Where(one => matches(one.Labels))] : [];

    /// <summary>The number of series with this sample's name.</summary>
    public int CountOf(string name) => _series.TryGetValue(name, out var series) ? series.Length : 0;

    /// <summary>Takes one sample of every series. For one thread.</summary>
    /// <param name="time">In Unix milliseconds. A clock that goes back does not go below the sample before.</param>
    /// <param name="writePages">Writes the pages of metrics, one after the other.</param>
    public void Sample(long time, Action<Stream> writePages)
    {
        _time = Math.Max(time, LastSample + 1);
        _isCoarse = Coarse.Read() is { Count: 0 } || _time / CoarseStep != Coarse.Read().LastTime / CoarseStep;
        _lines.Restart();
        _page.Begin();
        // When it throws, the round has no time, and what was read belongs to the next one.
        writePages(_lines);
        MarkVanished();
        Fine.Add(_time);
        if (_isCoarse)
            Coarse.Add(_time);
        Interlocked.Exchange(ref _refused, _page.Refused);
        _budget.Expire(Fine.Read().OldestTime, Coarse.Read().OldestTime);
        if (_isCoarse)
            RemoveVanished(Coarse.Read().OldestTime);
    }

    public void Dispose() => _lines.Dispose();

    internal void Declare(MetricFamilyInfo family) => _families[family.Name] = family;

    internal void Append(StoredSeries series, double value)
    {
        if (series.VanishedAt is not null)
        {
            series.VanishedAt = null;
            _vanished.Remove(series);
        }
        Append(series.Fine, Fine, isCoarse: false, value);
        if (_isCoarse)
            Append(series.Coarse, Coarse, isCoarse: true, value);
    }

    internal void AddExemplar(StoredSeries series, ReadOnlySpan<byte> text)
    {
        if (series.KeptExemplars is not { } ring)
        {
            if (!_budget.MakeRoom(ExemplarRing.Bytes))
                return;
            _budget.Add(ExemplarRing.Bytes);
            ring = series.NewExemplars();
        }
        ring.Add(text);
    }

    /// <summary>Adds a series; null when there is no room for it, or its labels cannot be read.</summary>
    internal StoredSeries? Add(ReadOnlySpan<byte> key, StoredSeries? lastCount)
    {
        if (_count >= _mostSeries && !RemoveOneVanished())
            return null;
        if (SampleLine.LabelsOf(key, Intern) is not { } labels)
            return null;
        var name = Intern(SampleLine.NameOf(key));
        var isLastBucket = lastCount is not null && labels.Contains(new("le", "+Inf")) && labels.Where(label => label.Key != "le").SequenceEqual(lastCount.Labels);
        var series = new StoredSeries(key.ToArray(), name, labels, this)
        {
            BornAt = Fine.Read().Next == 0 ? null : _time,
            CountOfLast = isLastBucket ? lastCount : null,
        };
        if (!_budget.MakeRoom(series.Bytes + SampledSeries.BlockOverhead))
            return null;
        _budget.Add(series.Bytes);
        _series[name] = [.. _series.TryGetValue(name, out var others) ? others : [], series];
        Volatile.Write(ref _count, _count + 1);
        return series;
    }

    private void Append(SampledSeries samples, Timeline times, bool isCoarse, double value)
    {
        var added = samples.Append(times.Read().Next, value, out var isSealed);
        if (added > 0)
            _budget.Added(samples, added, isSealed ? _time : null, isCoarse);
    }

    private void MarkVanished()
    {
        foreach (var series in _page.End(_vanished.Count))
        {
            // The coarse mark is at the number of the coming coarse round, which a value of that round would replace.
            Append(series.Fine, Fine, isCoarse: false, SampledSeries.Stale);
            Append(series.Coarse, Coarse, isCoarse: true, SampledSeries.Stale);
            series.VanishedAt = _time;
            _vanished.Add(series);
        }
    }

    private void RemoveVanished(long until)
    {
        while (_vanished is [{ VanishedAt: { } at }, ..] && at < until)
            RemoveOneVanished();
    }

    private bool RemoveOneVanished()
    {
        if (_vanished is not [var series, ..])
            return false;
        _vanished.RemoveAt(0);
        _page.Forget(series);
        StoredSeries[] left = [.. _series[series.Name].Where(one => one != series)];
        if (left.Length > 0)
            _series[series.Name] = left;
        else
            _series.TryRemove(series.Name, out _);
        _budget.Removed(series);
        Volatile.Write(ref _count, _count - 1);
        return true;
    }

    // Names and values of labels repeat. A text stays when its series goes, which the number of texts bounds.
    private string Intern(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        var cost = (sizeof(char) * text.Length) + 100;
        if (_texts.Count < _mostSeries && _budget.MakeRoom(cost))
        {
            _budget.Add(cost);
            _texts.Add(text, text);
        }
        return text;
    }
}
