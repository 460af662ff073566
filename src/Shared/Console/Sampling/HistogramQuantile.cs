namespace Observability.Console.Sampling;

/// <summary>An estimated quantile of a histogram, and what is known for certain: it lies between two bounds of buckets.</summary>
/// <param name="Value">The estimate, by linear interpolation within the bucket, as Prometheus' <c>histogram_quantile</c>.</param>
/// <param name="Lower">The true quantile is above this bound.</param>
/// <param name="Upper">The true quantile is at most this bound; infinite in the last bucket.</param>
internal readonly record struct HistogramQuantile(double Value, double Lower, double Upper)
{
    /// <param name="quantile">From 0 to 1.</param>
    /// <param name="buckets">Upper bounds in ascending order, the infinite one last, with the observations up to each bound.</param>
    /// <returns>The quantile; null when nothing was observed.</returns>
    public static HistogramQuantile? Of(double quantile, ReadOnlySpan<(double Bound, double Count)> buckets)
    {
        if (buckets.IsEmpty || buckets[^1].Count is not > 0)
            return null;
        var rank = quantile * buckets[^1].Count;
        var place = 0;
        while (place < buckets.Length - 1 && buckets[place].Count < rank)
            place++;
        var (upper, count) = buckets[place];
        // Observations of these histograms are not negative, so that the first bucket begins at 0, unless its bound says otherwise.
        var (lower, before) = place > 0 ? buckets[place - 1] : (upper > 0 ? 0 : double.NegativeInfinity, 0);
        if (double.IsInfinity(upper))
            return new(lower, lower, upper);
        if (double.IsInfinity(lower))
            return new(upper, lower, upper);
        var share = count > before ? (rank - before) / (count - before) : 1;
        return new(lower + ((upper - lower) * Math.Clamp(share, 0, 1)), lower, upper);
    }
}
