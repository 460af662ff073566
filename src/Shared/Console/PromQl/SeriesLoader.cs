using Observability.Console.Sampling;

namespace Observability.Console.PromQl;

/// <summary>
/// Reads the series of selectors from the store, each once for all steps of an evaluation, and counts what that costs.
/// </summary>
internal sealed class SeriesLoader(ISeriesSource source, EvaluationLimits limits, CancellationToken cancellation)
{
    /// <summary>A sample older than this is no value of an instant vector.</summary>
    public const long Lookback = 5 * 60 * 1000;

    // Most series have a sample this young, so that five minutes of them need not be read for one value.
    private const long UsualAge = 20 * 1000;

    private readonly Dictionary<Selector, (long First, long Last, List<LoadedSeries> Series)> _loaded = [];
    private long _samples;
    private long _touched;

    /// <summary>The samples within a time of every series of a selector.</summary>
    /// <param name="first">The least time that any step needs, itself excluded.</param>
    /// <param name="last">The greatest.</param>
    public List<LoadedSeries> Load(Selector selector, long first, long last)
    {
        if (_loaded.TryGetValue(selector, out var loaded) && loaded.First <= first && loaded.Last >= last)
            return loaded.Series;
        List<LoadedSeries> found = [];
        foreach (var (series, labels) in Select(selector))
        {
            List<long> times = [];
            List<double> values = [];
            foreach (var (time, value) in series.Read(first + 1, last))
            {
                times.Add(time);
                values.Add(value);
            }
            Hold(times.Count);
            if (times.Count > 0)
                found.Add(new(labels, [.. times], [.. values]));
        }
        _loaded[selector] = (first, last, found);
        return found;
    }

    /// <summary>The newest value of every series of a selector at one time.</summary>
    public List<Sample> Newest(Selector selector, long time)
    {
        List<Sample> found = [];
        foreach (var (series, labels) in Select(selector))
        {
            if ((Newest(series, time - UsualAge, time) ?? Newest(series, time - Lookback, time)) is { } value)
                found.Add(new(labels, value));
        }
        return found;
    }

    /// <summary>Counts the samples that a function computes with.</summary>
    public void Touch(long samples)
    {
        cancellation.ThrowIfCancellationRequested();
        if ((_touched += samples) > limits.Touched)
            throw new PromQlException($"the expression computes with more than {limits.Touched} samples");
    }

    private void Hold(long samples)
    {
        cancellation.ThrowIfCancellationRequested();
        if ((_samples += samples) > limits.Loaded)
            throw new PromQlException($"the expression reads more than {limits.Loaded} samples; ask for fewer series or a shorter time");
    }

    private double? Newest(IStoredSeries series, long first, long last)
    {
        double? newest = null;
        var read = 0;
        foreach (var (_, value) in series.Read(first + 1, last))
        {
            newest = value;
            read++;
        }
        Touch(read);
        return newest;
    }

    private IEnumerable<(IStoredSeries Series, LabelSet Labels)> Select(Selector selector)
    {
        // Patterns are matched here, in linear time, and conditions on target labels, which the store does not have.
        var conditions = selector.Matchers.Where(matcher => matcher.Pattern is null && source.TargetLabels.All(target => target.Key != matcher.Label))
            .Select(matcher => matcher.Condition).ToArray();
        var count = 0;
        // What a rule records was not scraped, and has the labels of its expression alone.
        var targetLabels = source.Rule(selector.Name) is null ? source.TargetLabels : [];
        foreach (var series in source.Select(selector.Name, conditions))
        {
            cancellation.ThrowIfCancellationRequested();
            var labels = LabelsOf(series, targetLabels);
            if (!selector.Matchers.All(matcher => matcher.Holds(labels[matcher.Label])))
                continue;
            if (++count > limits.Series)
                throw new PromQlException($"the expression selects more than {limits.Series} series of one name");
            yield return (series, labels);
        }
    }

    private static LabelSet LabelsOf(IStoredSeries series, IReadOnlyList<KeyValuePair<string, string>> targetLabels) => LabelSet.Of(
    [
        .. series.Labels,
        .. targetLabels.Where(target => series.Labels.All(label => label.Key != target.Key)),
        new(LabelSet.Name, series.Name),
    ]);
}
