using System.Globalization;
using Observability.Console.Sampling;

namespace Observability.Console.Queries;

/// <summary>The observations of histograms by bucket, in the window before each time of a grid.</summary>
internal sealed class BucketSums
{
    /// <summary>The label with the upper bound of a bucket.</summary>
    public const string Bound = "le";

    private readonly double[] _bounds;
    private readonly double[][] _sums;
    private readonly (double Bound, double Count)[] _buckets;

    /// <param name="grid">The times.</param>
    /// <param name="members">The buckets of the histograms, which are added up.</param>
    public BucketSums(SeriesGrid grid, IEnumerable<IStoredSeries> members)
    {
        var bounds = new SortedDictionary<double, double[]>();
        foreach (var member in members)
        {
            var text = LabelMatching.ValueOf(member.Labels, Bound);
            var bound = double.PositiveInfinity;
            if (text != "+Inf" && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound))
                continue;
            if (!bounds.TryGetValue(bound, out var sums))
                bounds[bound] = sums = new double[grid.Times.Length];
            var (increases, _) = grid.Increases(member);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += double.IsNaN(increases[i]) ? 0 : increases[i];
        }
        (_bounds, _sums) = ([.. bounds.Keys], [.. bounds.Values]);
        _buckets = new (double, double)[_bounds.Length];
    }

    /// <summary>The quantile in the window before the time at a place; null when nothing was observed.</summary>
    public HistogramQuantile? QuantileAt(int place, double quantile)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] = (_bounds[i], _sums[i][place]);
        return HistogramQuantile.Of(quantile, _buckets);
    }
}
